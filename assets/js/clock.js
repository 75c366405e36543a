// Due times count down in the words the server began with, and change their state on the way.
import { now, plural, word } from "./dom.js";

const MINUTE = 60_000;
const shapes = { running: "clock", warned: "alarm-clock", late: "clock-alert" };

/** A length of time in its two largest units, as the filter `span` words it. */
export function span(milliseconds) {
  const minutes = Math.floor(Math.abs(milliseconds) / MINUTE);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (days) return plural("day", days) + (hours ? ` ${word("hours", { n: hours })}` : "");
  if (!minutes) return word("moment");
  const rest = word("minutes", { n: minutes % 60 });
  if (!hours) return rest;
  return word("hours", { n: hours }) + (minutes % 60 ? ` ${rest}` : "");
}

function stateAt(time, due, warn) {
  if (time > due) return "late";
  return warn && time >= warn ? "warned" : "running";
}

function tick(element) {
  const due = Date.parse(element.dataset.due);
  if (Number.isNaN(due)) return;
  const time = now();
  const text = word(time > due ? "late" : "left", { span: span(due - time) });
  if (element.textContent !== text) element.textContent = text;
  if (element.dataset.warn || time > due) {
    show(element, stateAt(time, due, Date.parse(element.dataset.warn ?? "")));
  }
}

/** The state is shown by the clock, by the promise around it, and by the row they stand in. */
function show(element, state) {
  if (element.classList.contains(`is-${state}`)) return;
  const around = [element.closest("[data-promise]"), element.closest("[data-row], .promises > li")];
  for (const one of [element, ...around]) {
    if (!one) continue;
    one.classList.remove("is-running", "is-warned", "is-late");
    one.classList.add(`is-${state}`);
  }
  const shape = around[0]?.querySelector("use");
  if (shape) shape.setAttribute("href", shape.getAttribute("href").replace(/#.*/, `#${shapes[state]}`));
}

const tickAll = () => document.querySelectorAll("time[data-due]").forEach(tick);

export function start() {
  setInterval(tickAll, 15_000);
  document.addEventListener("visibilitychange", () => document.hidden || tickAll());
  document.addEventListener("htmx:afterSettle", tickAll);
}
