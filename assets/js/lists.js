// Rows open where they are clicked; tabs of one page show one panel at a time.
import { each, on } from "./dom.js";

function openRow(event, row) {
  if (event.target.closest("a, button, input, label, select, summary, details")) return;
  if (String(window.getSelection())) return;
  const link = row.querySelector("a[href]");
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
}

function showPanel(tabs, chosen) {
  for (const tab of tabs) {
    const isChosen = tab === chosen;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
  }
}

/** Buttons with role=tab in a role=tablist; without a script all panels simply stand there. */
function makeTabs(list) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  showPanel(tabs, tabs.find((tab) => tab.getAttribute("aria-selected") === "true") ?? tabs[0]);
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) showPanel(tabs, tab);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs.at((tabs.indexOf(document.activeElement) + step) % tabs.length);
    showPanel(tabs, next);
    next.focus();
  });
}

/** Tabs that do not all fit begin with the one that is open in sight. */
function bringIntoSight(tab) {
  const line = tab.parentElement;
  line.scrollLeft = tab.offsetLeft - line.offsetLeft - (line.clientWidth - tab.offsetWidth) / 2;
}

export function start() {
  each(".tabs-line > [aria-current]", bringIntoSight);
  on("click", "[data-row]", openRow);
  each("[role=tablist][data-panels]", makeTabs);
  on("click", "[data-print]", () => window.print());
}
