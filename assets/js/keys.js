// The keyboard. Single letters rest while somebody types, composes Chinese, or has them off.
import { openDialog } from "./dialogs.js";
import { on } from "./dom.js";
import { submitForm } from "./forms.js";

const OFF = "kept-keys-off";

const isTyping = (element) =>
  element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio]), textarea, select");

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);
const currentRow = () => document.activeElement?.closest("[data-row]");

function moveRow(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(currentRow());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  (next?.querySelector("a[href]") ?? next)?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function pressHotkey(key) {
  const target = document.querySelector(`[data-hotkey="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.matches("input, textarea, select")) {
    target.focus();
    target.select?.();
  } else {
    target.click();
  }
  return true;
}

const letters = {
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => currentRow()?.querySelector("[data-pick]")?.click(),
  "?": () => openDialog("keys"),
};

function handleChord(event) {
  const form = event.target.closest?.("form") ?? document.querySelector("dialog[open] form, main form.form");
  const saves = (event.ctrlKey || event.metaKey) && (event.key === "s" || event.key === "Enter");
  if (saves && form?.method === "post") {
    event.preventDefault();
    submitForm(form);
  }
  if (event.altKey && /^[1-9]$/.test(event.key)) {
    const tab = document.querySelectorAll("[data-tab]")[event.key - 1];
    if (tab) {
      event.preventDefault();
      tab.click();
    }
  }
}

function handleLetter(event) {
  if (localStorage.getItem(OFF) || document.querySelector("dialog[open]")) return;
  if (isTyping(event.target)) return;
  const act = letters[event.key];
  if (act) act();
  if (act || pressHotkey(event.key)) event.preventDefault();
}

export function start() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey) handleChord(event);
    else if (event.key === "Escape" && event.target.matches?.("[data-hotkey='/']")) event.target.blur();
    else handleLetter(event);
  });
  const toggle = document.querySelector("[data-keys-switch]");
  if (toggle) toggle.checked = !localStorage.getItem(OFF);
  on("change", "[data-keys-switch]", (_, box) => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
}
