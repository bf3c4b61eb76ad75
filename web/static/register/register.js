// @ts-check
/** The traveller's pages: apply, and see how it stands. The code lives in this page's memory alone. */

import { byId, fill, h } from "../shared/dom.js";
import { showApply } from "./apply.js";
import { ask } from "./service.js";
import { showStatus } from "./status.js";
import { LANGUAGES, chosen, load, nameOf } from "./texts.js";

/** @typedef {import("./service.js").Party} Party */

/** @param {HTMLElement} root @param {(party: Party) => void} found */
function showReturn(root, found) {
  const code = h("input", { name: "code", autocomplete: "off", required: true });
  const said = h("p.said.bad", { role: "alert", hidden: true });

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const [party, access] = code.value.trim().split(/\s+/);
    try {
      const told = await (await ask("GET", `/v1/parties/${encodeURIComponent(party)}`, undefined, access ?? "")).json();
      found({ ...told, access });
    } catch (error) {
      fill(said, error instanceof Error ? error.message : String(error));
      said.hidden = false;
    }
  }

  fill(root, h("form", { onsubmit: submit }, h("section", {}, h("h2", {}, "Come back to your application"), h("label", {}, "Your code", code), h("button.main", { type: "submit" }, "Show"), said)));
}

async function start() {
  const root = byId("page");
  let texts = await load(chosen(navigator.languages));
  /** @type {Party | null} */
  let party = null;
  const language = h("select", { "aria-label": "Language", name: "language", onchange: spoken }, ...LANGUAGES.map((tag) => h("option", { value: tag, lang: tag }, nameOf(tag))));
  language.value = texts.catalogue.language;

  async function spoken() {
    texts = await load(language.value);
    if (party) found(party);
  }

  /** @param {Party} told with its access */
  function found(told) {
    party = told;
    texts.apply(root);
    showStatus(root, told, texts, found);
  }

  const pages = /** @type {Record<string, () => void>} */ ({
    "#apply": () => showApply(root, found),
    "#return": () => showReturn(root, found),
  });
  fill(byId("nav"), h("a", { href: "#apply" }, "Apply"), h("a", { href: "#return" }, "I have a code"), language);

  function show() {
    party = null;
    root.lang = "en";
    root.dir = "ltr";
    (pages[location.hash] ?? pages["#apply"])();
    root.removeAttribute("aria-busy");
  }

  addEventListener("hashchange", () => {
    show();
    root.focus();
  });
  show();
}

start();
