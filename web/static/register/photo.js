// @ts-check
/** One photograph that a traveller chooses, and what is said about it. */

import { fill, h } from "../shared/dom.js";
import { choosing } from "./file.js";
import { ask, picture } from "./service.js";
import { Told, isolated, sentence } from "./texts.js";

/** @typedef {import("../shared/i18n.js").Texts} Texts */
/** Something to say, in whatever language is asked for. @typedef {(texts: Texts) => string} Words */

/** What may be photographed, and who looks: says what is right with it, or throws. @type {Record<"page" | "portrait", (image: string) => Promise<Words>>} */
const LOOKS = {
  async page(image) {
    const read = await (await ask("POST", "/v1/documents/read", { image })).json();
    const fields = { name: isolated(`${read.given_names} ${read.surname}`), document: isolated(read.document_number) };
    return (texts) => texts.say("apply.read", fields);
  },
  async portrait(image) {
    const checked = await (await ask("POST", "/v1/portraits/check", { image })).json();
    if (!checked.accepted) throw new Told(checked.advice.map((/** @type {string} */ key) => `portrait.${key}`));
    return (texts) => texts.say("apply.good");
  },
};

export class Photo {
  /** @param {"page" | "portrait"} kind @param {number} number the traveller's */
  constructor(kind, number) {
    this.kind = kind;
    this.image = "";
    this.turn = 0;
    /** @type {Words} */
    this.words = () => "";
    /** @type {Texts | null} */
    this.texts = null;
    this.said = h("p.said", { role: "status", hidden: true });
    this.input = h("input", { type: "file", accept: "image/*", name: `${kind}-${number}`, onchange: () => this.chosen() });
  }

  /** @param {Texts} texts */
  show(texts) {
    this.texts = texts;
    fill(this.said, this.words(texts));
    const hint = h("small", {}, texts.say(`apply.${this.kind}_hint`));
    return h("div", { "data-photo": this.input.name }, h("label", {}, texts.say(`apply.${this.kind}`), hint, choosing(this.input, texts)), this.said);
  }

  async chosen() {
    const file = this.input.files?.[0];
    const turn = ++this.turn; // what is said of an earlier picture comes too late
    this.image = "";
    if (!file) return;
    this.say("busy", (texts) => texts.say("apply.looking"));
    try {
      const image = await picture(file);
      const good = await LOOKS[this.kind](image);
      if (turn !== this.turn) return;
      this.image = image;
      this.say("good", good);
    } catch (error) {
      if (turn === this.turn) this.say("bad", (texts) => sentence(error, texts));
    }
  }

  /** @param {"busy" | "good" | "bad"} kind @param {Words} words */
  say(kind, words) {
    this.words = words;
    this.said.className = `said ${kind}`;
    this.said.hidden = false;
    if (this.texts) fill(this.said, words(this.texts));
  }
}
