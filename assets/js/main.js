// Everything here makes plain pages quicker; none of it is needed for a page to work.
import * as clock from "./clock.js";
import * as dialogs from "./dialogs.js";
import * as drafts from "./drafts.js";
import * as forms from "./forms.js";
import * as keys from "./keys.js";
import * as lists from "./lists.js";
import * as menus from "./menus.js";
import * as toasts from "./toasts.js";

for (const part of [menus, clock, dialogs, keys, forms, drafts, lists, toasts]) part.start();
