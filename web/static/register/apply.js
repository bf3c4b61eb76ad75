// @ts-check
/** The form: one journey, one or more travellers, each with a picture of the page and one of the face. */

import { fill, h } from "../shared/dom.js";
import { Photo } from "./photo.js";
import { ask } from "./service.js";
import { Told, sentence } from "./texts.js";

/** @typedef {import("../shared/i18n.js").Texts} Texts */

const MOST = 8;

class Traveller {
  /** @param {number} number */
  constructor(number) {
    this.number = number;
    this.page = new Photo("page", number);
    this.portrait = new Photo("portrait", number);
  }

  /** @param {Texts} texts */
  show(texts) {
    return h("fieldset", {}, h("legend", {}, texts.say("apply.traveller", { number: texts.number(this.number) })), this.page.show(texts), this.portrait.show(texts));
  }

  get isReady() {
    return Boolean(this.page.image && this.portrait.image);
  }

  get asked() {
    return { page: this.page.image, portrait: this.portrait.image };
  }
}

/** What is filled in stays when the language changes: `show` only says it anew. */
export class Apply {
  /** @param {(party: any) => void} done */
  constructor(done) {
    this.done = done;
    this.travellers = [new Traveller(1)];
    this.key = crypto.randomUUID();
    this.isSending = false;
    /** @type {unknown} */
    this.wrong = null;
    const today = new Date().toISOString().slice(0, 10);
    const later = new Date(Date.now() + 30 * 86400e3).toISOString().slice(0, 10);
    this.from = h("input", { type: "date", name: "valid_from", value: today, min: today, required: true });
    this.until = h("input", { type: "date", name: "valid_until", value: later, min: today, required: true });
  }

  /** @param {HTMLElement} root @param {Texts} texts */
  show(root, texts) {
    this.root = root;
    this.texts = texts;
    const dates = h("div.dates", {}, h("label", {}, texts.say("visa.from"), this.from), h("label", {}, texts.say("visa.until"), this.until));
    this.more = h("button", { type: "button", onclick: () => this.add() }, texts.say("apply.more"));
    this.list = h("div.travellers", {}, ...this.travellers.map((each) => each.show(texts)));
    this.send = h("button.main", { type: "submit" });
    this.said = h("p.said.bad", { role: "alert", hidden: true });
    fill(root, h("form", { onsubmit: (/** @type {Event} */ event) => this.submit(event), novalidate: true }, h("section", {}, h("h2", {}, texts.say("apply.journey")), dates), this.list, this.more, this.send, this.said));
    this.refresh();
  }

  refresh() {
    if (!this.texts) return;
    this.more.hidden = this.travellers.length >= MOST;
    this.send.disabled = this.isSending;
    fill(this.send, this.texts.say(this.isSending ? "apply.sending" : "nav.apply"));
    this.said.hidden = this.wrong === null;
    if (this.wrong !== null) fill(this.said, sentence(this.wrong, this.texts));
  }

  add() {
    const traveller = new Traveller(this.travellers.length + 1);
    this.travellers.push(traveller);
    if (this.texts) this.list.append(traveller.show(this.texts));
    this.refresh();
  }

  /** @param {Event} event */
  async submit(event) {
    event.preventDefault();
    this.wrong = null;
    try {
      const unready = this.travellers.find((each) => !each.isReady);
      if (unready) throw new Told(["apply.both"], { number: String(unready.number) });
      this.isSending = true;
      this.refresh();
      const body = { travellers: this.travellers.map((each) => each.asked), valid_from: this.from.value, valid_until: this.until.value, entries: 1 };
      this.done(await (await ask("POST", "/v1/applications", body, "", { "Idempotency-Key": `${this.key}-${await mark(body)}` })).json());
    } catch (error) {
      this.wrong = error;
    } finally {
      this.isSending = false;
      this.refresh();
    }
  }
}

/** So that a changed form is another application, and the same one sent again is not. @param {unknown} body */
async function mark(body) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(body)));
  return [...new Uint8Array(digest).slice(0, 8)].map((each) => each.toString(16).padStart(2, "0")).join("");
}
