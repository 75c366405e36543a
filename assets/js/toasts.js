// Messages: good news leaves by itself, bad news stays until it is closed.
import { each, on, word } from "./dom.js";

const STAYS_FOR = 6_000;

function leave(toast) {
  toast.classList.add("is-leaving");
  setTimeout(() => toast.remove(), 200);
}

function leaveLater(toast) {
  if (!/success|info|debug/.test(toast.dataset.toast)) return;
  let timer = setTimeout(leave, STAYS_FOR, toast);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => (timer = setTimeout(leave, STAYS_FOR, toast)));
}

export function toast(text, level = "info") {
  const place = document.getElementById("toasts");
  const blank = document.getElementById("toast-blank");
  if (!place || !blank || !text) return;
  const made = blank.content.firstElementChild.cloneNode(true);
  made.dataset.toast = level;
  made.classList.add({ success: "is-good", error: "is-bad", warning: "is-warned" }[level] ?? "is-plain");
  made.querySelector("p").textContent = text;
  place.append(made);
  leaveLater(made);
}

export function start() {
  each("[data-toast]", leaveLater);
  on("click", "[data-toast-close]", (_, button) => leave(button.closest("[data-toast]")));
  on("click", "[data-copy]", async (_, button) => {
    await navigator.clipboard?.writeText(button.dataset.copy);
    toast(word("copied"), "success");
  });
  document.addEventListener("htmx:sendError", () => toast(word("failed"), "error"));
  document.addEventListener("htmx:timeout", () => toast(word("failed"), "error"));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    toast(word(status === 401 || status === 403 ? "forbidden" : "broken"), "error");
  });
}
