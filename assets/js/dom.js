// Small words for events: everything is delegated, so what htmx brings in later works too.

/** Calls `handler(event, element)` when `type` happens inside an element matching `selector`. */
export function on(type, selector, handler, options) {
  document.addEventListener(
    type,
    (event) => {
      const element = event.target instanceof Element ? event.target.closest(selector) : null;
      if (element) handler(event, element);
    },
    options,
  );
}

/** Runs `work` once for every element matching `selector`, now and whenever htmx adds one. */
export function each(selector, work) {
  const run = (within) => {
    if (within.matches?.(selector)) work(within);
    within.querySelectorAll(selector).forEach(work);
  };
  document.addEventListener("htmx:load", (event) => run(event.detail.elt));
  if (document.readyState === "complete") run(document);
}

const words = document.getElementById("words")?.dataset ?? {};

/** A word of the page's language (kit/words.html) with its places filled. */
export function word(name, values = {}) {
  return (words[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** Words for a number, by the plural rules of the page's language. */
export function plural(name, n) {
  const rule = new Intl.PluralRules(document.documentElement.lang || "en").select(n);
  return word(name + ({ one: "1", few: "2" }[rule] ?? "5"), { n });
}

/** The server's clock: ours may be wrong, and a trial installation may have moved its own. */
const ahead = Date.parse(document.body.dataset.now ?? "") - Date.now() || 0;
export const now = () => Date.now() + ahead;

export function setCookie(name, value) {
  const life = value ? 31_536_000 : 0;
  document.cookie = `${name}=${value}; path=/; max-age=${life}; samesite=lax`;
}

export function csrfToken() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}
