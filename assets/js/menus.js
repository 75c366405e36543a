// Menus are <details>: they open without a script and, with one, close when you look elsewhere.
import { on, setCookie } from "./dom.js";

const openMenus = () => document.querySelectorAll("details.drop-menu[open]");

function closeMenus(except) {
  for (const menu of openMenus()) if (menu !== except) menu.removeAttribute("open");
}

function closeByKey(event) {
  if (event.key !== "Escape" || event.isComposing) return;
  const menu = event.target.closest?.("details.drop-menu[open]") ?? openMenus()[0];
  if (!menu) return;
  event.preventDefault();
  menu.removeAttribute("open");
  menu.querySelector("summary").focus();
}

function walkByKey(event) {
  const menu = event.target.closest?.("details.drop-menu[open]");
  if (!menu || !/^Arrow(Down|Up)$/.test(event.key)) return;
  const items = [...menu.querySelectorAll(".drop-list :is(a[href], button:not([disabled]))")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  event.preventDefault();
  items.at((items.indexOf(document.activeElement) + step) % items.length)?.focus();
}

function loadLazily(event) {
  const menu = event.target;
  if (!menu.matches?.("details[data-lazy]") || !menu.open) return;
  const place = menu.querySelector("[data-lazy-here]");
  window.htmx?.ajax("GET", menu.dataset.lazy, { target: place, swap: "innerHTML", source: place });
}

function chooseTheme(_, button) {
  const choice = button.dataset.themeChoice;
  setCookie("kept_theme", choice);
  const root = document.documentElement;
  if (choice) root.dataset.theme = { light: "kept", dark: "kept-dark" }[choice];
  else delete root.dataset.theme;
  for (const other of document.querySelectorAll("[data-theme-choice]")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
}

function toggleRail() {
  const root = document.documentElement;
  const narrow = root.dataset.rail !== "narrow";
  if (narrow) root.dataset.rail = "narrow";
  else delete root.dataset.rail;
  setCookie("kept_rail", narrow ? "narrow" : "");
}

export function start() {
  document.addEventListener("click", (event) => closeMenus(event.target.closest?.("details.drop-menu")));
  document.addEventListener("keydown", (event) => {
    closeByKey(event);
    walkByKey(event);
  });
  document.addEventListener("toggle", loadLazily, true);
  on("click", "[data-theme-choice]", chooseTheme);
  on("click", "[data-rail-toggle]", toggleRail);
}
