// What is typed survives: on this device at once, on the server 0.8 s later.
// A form says data-draft="name", data-draft-url (optional), data-bound when the server filled it.
import { csrfToken, each, on, word } from "./dom.js";

const PREFIX = `kept-draft:${document.body.dataset.user}:`;
const UNSAVED = new Set(["csrfmiddlewaretoken", "_key", "_version", "_next"]);
const KEPT_FOR = 7 * 86_400_000;
const timers = new WeakMap();

const keyOf = (form) => PREFIX + form.dataset.draft;

function written(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !UNSAVED.has(name));
}

function say(form, text) {
  const place = form.querySelector("[data-draft-state]");
  if (place) place.textContent = text;
}

function keepHere(form, more = {}) {
  try {
    localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), fields: written(form), ...more }));
  } catch {
    /* A full or forbidden store must not stop anybody from typing. */
  }
}

async function keepThere(form) {
  timers.delete(form);
  const url = form.dataset.draftUrl;
  if (!url) return say(form, word("keptHere"));
  const fields = written(form);
  const body = new URLSearchParams(fields);
  try {
    const answer = await fetch(url, { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": csrfToken() } });
    if (!answer.ok) throw new Error(answer.status);
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    say(form, word("saved", { time }));
    if (JSON.stringify(stored(keyOf(form))?.fields) === JSON.stringify(fields)) keepHere(form, { isThere: true });
  } catch {
    say(form, word("keptHere"));
  }
}

function typed(event) {
  const form = event.target.closest?.("form[data-draft]");
  if (!form) return;
  keepHere(form);
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(keepThere, 800, form));
}

/** Sends at once what still waits for its 0.8 s. */
function flush() {
  const waiting = [...document.querySelectorAll("form[data-draft]")].filter((form) => timers.has(form));
  return Promise.all(
    waiting.map((form) => {
      clearTimeout(timers.get(form));
      return keepThere(form);
    }),
  );
}

/** A link that builds on what was typed waits until the server has it, two seconds at most. */
async function followWithWords(event, link) {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  await Promise.race([flush(), new Promise((done) => setTimeout(done, 2000))]);
  location.assign(link.href);
}

function stored(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function fill(form, fields) {
  for (const element of form.elements) {
    if (!element.name || UNSAVED.has(element.name) || element.type === "file") continue;
    const values = fields.filter(([name]) => name === element.name).map(([, value]) => value);
    if (!values.some(Boolean) || element.type === "hidden") continue;
    if (/^(checkbox|radio)$/.test(element.type)) element.checked ||= values.includes(element.value);
    else if (element.multiple) for (const one of element.options) one.selected ||= values.includes(one.value);
    else element.value = values[0];
  }
}

/** The words on this device come back unless the server has them too; what it filled in stays. */
function restore(form) {
  const draft = stored(keyOf(form));
  if (!draft || draft.isThere || "bound" in form.dataset) return;
  if (Date.parse(form.dataset.draftSaved ?? "") >= draft.at) return;
  if (JSON.stringify(draft.fields) === JSON.stringify(written(form))) return;
  fill(form, draft.fields);
  say(form, word("restored"));
  form.dataset.dirty = "";
}

const all = () => Object.keys(localStorage).filter((key) => key.startsWith("kept-draft:"));

/** Sent and gone, or a week old: not kept on a machine others may use. */
function tidy() {
  for (const key of all()) {
    const draft = stored(key);
    if (!draft || draft.sent || Date.now() - draft.at > KEPT_FOR) localStorage.removeItem(key);
  }
}

function sent(event) {
  const form = event.target;
  if (form.matches("[data-sign-out]")) all().forEach((key) => localStorage.removeItem(key));
  if (!form.matches("[data-draft]") || event.defaultPrevented) return;
  clearTimeout(timers.get(form));
  timers.delete(form);
  const draft = stored(keyOf(form));
  if (draft) localStorage.setItem(keyOf(form), JSON.stringify({ ...draft, sent: true }));
}

export function start() {
  tidy();
  each("form[data-draft]", restore);
  on("click", "a[data-keep-typed], a[data-tab]", followWithWords);
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("submit", sent);
  document.addEventListener("visibilitychange", () => document.hidden && flush());
  window.addEventListener("pagehide", flush);
}
