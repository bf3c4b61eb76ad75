// @ts-check
/** The traveller's pages: apply, and see how it stands. The code lives in this page's memory alone. */

import { byId, fill, h } from "../shared/dom.js";
import { Apply } from "./apply.js";
import { Return } from "./return.js";
import { showStatus } from "./status.js";
import { LANGUAGES, chosen, load, nameOf } from "./texts.js";

/** @typedef {import("./service.js").Party} Party */
/** @typedef {import("../shared/i18n.js").Texts} Texts */
/** What the page shows; again after the language has changed. @typedef {{show(root: HTMLElement, texts: Texts): void}} View */

class Pages {
  /** @param {Texts} texts */
  constructor(texts) {
    this.texts = texts;
    this.root = byId("page");
    this.links = { "#apply": h("a", { href: "#apply" }), "#return": h("a", { href: "#return" }) };
    this.language = h("select", { name: "language", onchange: () => this.speak(this.language.value) }, ...LANGUAGES.map((tag) => h("option", { value: tag, lang: tag }, nameOf(tag))));
    this.language.value = texts.catalogue.language;
    /** @type {View} */
    this.view = this.addressed();
    fill(byId("nav"), ...Object.values(this.links), this.language);
    addEventListener("hashchange", () => {
      this.turn(this.addressed());
      this.root.focus();
    });
  }

  /** @param {string} language */
  async speak(language) {
    this.texts = await load(language);
    this.say();
  }

  /** Everything that can be read, in the language chosen. */
  say() {
    const { texts } = this;
    texts.apply();
    document.title = texts.say("title");
    fill(byId("title"), texts.say("title"));
    byId("nav").setAttribute("aria-label", texts.say("nav.pages"));
    fill(this.links["#apply"], texts.say("nav.apply"));
    fill(this.links["#return"], texts.say("nav.return"));
    this.language.setAttribute("aria-label", texts.say("nav.language"));
    fill(byId("kept"), texts.say("footer"));
    const unreviewed = byId("unreviewed");
    unreviewed.hidden = !["machine", "unreviewed"].includes(texts.catalogue.review);
    fill(unreviewed, texts.say("footer.machine"));
    this.view.show(this.root, texts);
  }

  /** @param {Party} party with its access */
  found(party) {
    this.turn({ show: (root, texts) => showStatus(root, party, texts, (told) => this.found(told)) });
  }

  /** What the address names. @returns {View} */
  addressed() {
    const found = (/** @type {Party} */ party) => this.found(party);
    return location.hash === "#return" ? new Return(found) : new Apply(found);
  }

  /** @param {View} view */
  turn(view) {
    this.view = view;
    view.show(this.root, this.texts);
  }
}

async function start() {
  const pages = new Pages(await load(chosen(navigator.languages)));
  pages.say();
  pages.root.removeAttribute("aria-busy");
}

start();
