// Native dialogs: data-dialog="id" opens one, data-sheet loads a page's fragment into the sheet.
import { on } from "./dom.js";

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
  return dialog;
}

const isPlainClick = (event) =>
  event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

async function openSheet(link) {
  const sheet = openDialog("sheet");
  if (!sheet) return;
  document.getElementById("sheet-title").textContent = link.textContent.trim();
  const body = document.getElementById("sheet-body");
  body.replaceChildren();
  await window.htmx.ajax("GET", link.href, { target: body, swap: "innerHTML", source: body });
  const first = body.querySelector("[autofocus], [aria-invalid=true]") ??
    body.querySelector("input:not([type=hidden]), select, textarea, button");
  first?.focus();
}

/** A form in the sheet that was written in is not thrown away by a stray click beside it. */
function isDirty(dialog) {
  return Boolean(dialog.querySelector("form[data-dirty]"));
}

export function start() {
  on("click", "[data-dialog]", (_, button) => openDialog(button.dataset.dialog));
  on("click", "[data-close]", (event, button) => {
    const dialog = button.closest("dialog");
    if (!dialog) return;
    event.preventDefault();
    dialog.close();
  });
  on("click", "a[data-sheet]", (event, link) => {
    if (!isPlainClick(event) || !window.htmx) return;
    event.preventDefault();
    link.closest("details.drop-menu")?.removeAttribute("open");
    openSheet(link);
  });
  on("click", "dialog", (event, dialog) => {
    if (event.target === dialog && !isDirty(dialog)) dialog.close();
  });
}
