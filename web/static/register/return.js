// @ts-check
/** The way back to an application, by its code. */

import { fill, h } from "../shared/dom.js";
import { ask } from "./service.js";
import { sentence } from "./texts.js";

/** @typedef {import("../shared/i18n.js").Texts} Texts */

export class Return {
  /** @param {(party: import("./service.js").Party) => void} found */
  constructor(found) {
    this.found = found;
    this.code = h("input", { name: "code", autocomplete: "off", required: true, dir: "ltr" });
    this.said = h("p.said.bad", { role: "alert", hidden: true });
    /** @type {unknown} */
    this.wrong = null;
    /** @type {Texts | null} */
    this.texts = null;
  }

  /** @param {HTMLElement} root @param {Texts} texts */
  show(root, texts) {
    this.texts = texts;
    const form = [h("h2", {}, texts.say("return.title")), h("label", {}, texts.say("return.code"), this.code), h("button.main", { type: "submit" }, texts.say("return.show")), this.said];
    fill(root, h("form", { onsubmit: (/** @type {Event} */ event) => this.submit(event) }, h("section", {}, ...form)));
    this.refresh();
  }

  refresh() {
    this.said.hidden = this.wrong === null;
    if (this.texts && this.wrong !== null) fill(this.said, sentence(this.wrong, this.texts));
  }

  /** @param {Event} event */
  async submit(event) {
    event.preventDefault();
    const [party, access] = this.code.value.trim().split(/\s+/);
    try {
      const told = await (await ask("GET", `/v1/parties/${encodeURIComponent(party)}`, undefined, access ?? "")).json();
      this.found({ ...told, access });
    } catch (error) {
      this.wrong = error;
      this.refresh();
    }
  }
}
