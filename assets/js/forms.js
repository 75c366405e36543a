// Forms: sent once, saved by keys, files named where they are dropped.
import { each, on } from "./dom.js";

const SENDING_AT_MOST = 20_000;

export function submitForm(form) {
  form.requestSubmit(form.querySelector("button:not([type]), button[type=submit]"));
}

const buttons = (form) => [
  ...form.querySelectorAll("button:not([type=button])"),
  ...(form.id ? document.querySelectorAll(`button[form="${CSS.escape(form.id)}"]`) : []),
];

function release(form) {
  delete form.dataset.sending;
  for (const button of buttons(form)) {
    if (!("busy" in button.dataset)) continue;
    delete button.dataset.busy;
    button.disabled = false;
  }
}

/** Disabled only after the browser has read the form, or the pressed button's value were lost. */
function hold(form) {
  form.dataset.sending = "1";
  setTimeout(() => {
    if (!form.dataset.sending) return;
    for (const button of buttons(form).filter((one) => !one.disabled)) {
      button.dataset.busy = "";
      button.disabled = true;
    }
  });
  setTimeout(() => release(form), SENDING_AT_MOST);
}

function guard(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else if (!event.defaultPrevented) {
    hold(form);
  }
}

function nameFiles(input) {
  const list = input.closest("[data-drop]")?.querySelector("[data-drop-names]");
  if (!list) return;
  list.replaceChildren(
    ...[...input.files].map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} · ${Math.max(1, Math.round(file.size / 1000))} kB`;
      return item;
    }),
  );
}

function dropFiles(event, zone) {
  event.preventDefault();
  zone.classList.remove("is-over");
  const input = zone.querySelector("input[type=file]");
  if (!input || !event.dataTransfer.files.length) return;
  const files = new DataTransfer();
  const taken = input.multiple ? [...event.dataTransfer.files] : [event.dataTransfer.files[0]];
  taken.forEach((file) => files.items.add(file));
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

export function start() {
  document.addEventListener("submit", guard, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form");
    if (form) release(form);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(release);
  });
  on("input", "form", (_, form) => (form.dataset.dirty = ""));
  on("change", "[data-drop] input[type=file]", (_, input) => nameFiles(input));
  on("dragover", "[data-drop]", (event, zone) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  on("dragleave", "[data-drop]", (_, zone) => zone.classList.remove("is-over"));
  on("drop", "[data-drop]", dropFiles);
  on("change", "[data-submit-on-change]", (_, field) => field.form && submitForm(field.form));
  on("click", "[data-fill]", (_, button) => {
    for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) {
      const field = document.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`);
      if (field) field.value = value;
    }
    document.querySelector(button.dataset.fillThen ?? "button.btn-primary")?.focus();
  });
  each("[data-pick-all]", (box) =>
    box.addEventListener("change", () => {
      const picks = box.closest("form, table").querySelectorAll("[data-pick]");
      picks.forEach((pick) => (pick.checked = box.checked));
    }),
  );
}
