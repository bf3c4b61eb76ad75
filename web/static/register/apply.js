// @ts-check
/** The form: one journey, one or more travellers, each with a picture of the page and one of the face. */

import { fill, h } from "../shared/dom.js";
import { ask, picture } from "./service.js";

const MOST = 8;

/** One photograph with what was said about it. */
class Photo {
  /** @param {string} label @param {string} hint @param {string} name @param {(image: string) => Promise<string>} look says what is right with it, or throws */
  constructor(label, hint, name, look) {
    this.image = "";
    this.look = look;
    this.said = h("p.said", { role: "status", hidden: true });
    this.input = h("input", { type: "file", accept: "image/*", name, onchange: () => this.chosen() });
    this.element = h("div", { "data-photo": name }, h("label", {}, label, h("small", {}, hint), this.input), this.said);
  }

  async chosen() {
    const file = this.input.files?.[0];
    this.image = "";
    if (!file) return;
    this.say("busy", "Looking at the picture");
    try {
      const image = await picture(file);
      const good = await this.look(image);
      this.image = image;
      this.say("good", good);
    } catch (error) {
      this.say("bad", error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {"busy" | "good" | "bad"} kind @param {string} text */
  say(kind, text) {
    this.said.className = `said ${kind}`;
    this.said.hidden = false;
    fill(this.said, text);
  }
}

class Traveller {
  /** @param {number} number */
  constructor(number) {
    this.page = new Photo("Your passport", "The page with your photograph, flat, with the two lines at its foot.", `page-${number}`, readPage);
    this.portrait = new Photo("Your face", "Look straight into the camera, in even light, without glasses.", `portrait-${number}`, checkPortrait);
    this.element = h("fieldset", {}, h("legend", {}, number === 1 ? "Traveller" : `Traveller ${number}`), this.page.element, this.portrait.element);
  }

  get isReady() {
    return Boolean(this.page.image && this.portrait.image);
  }

  get asked() {
    return { page: this.page.image, portrait: this.portrait.image };
  }
}

/** @param {string} image */
async function readPage(image) {
  const read = await (await ask("POST", "/v1/documents/read", { image })).json();
  return `${read.given_names} ${read.surname}, passport ${read.document_number}`;
}

/** @param {string} image */
async function checkPortrait(image) {
  const checked = await (await ask("POST", "/v1/portraits/check", { image })).json();
  if (!checked.accepted) throw new Error(checked.reasons.join(" "));
  return "This picture is good.";
}

/** @param {HTMLElement} root @param {(party: any) => void} done */
export function showApply(root, done) {
  /** @type {Traveller[]} */
  const travellers = [];
  const list = h("div", { class: "travellers" });
  const today = new Date().toISOString().slice(0, 10);
  const later = new Date(Date.now() + 30 * 86400e3).toISOString().slice(0, 10);
  const from = h("input", { type: "date", name: "valid_from", value: today, min: today, required: true });
  const until = h("input", { type: "date", name: "valid_until", value: later, min: today, required: true });
  const said = h("p.said.bad", { role: "alert", hidden: true });
  const send = h("button.main", { type: "submit" }, "Apply");
  const more = h("button", { type: "button", onclick: () => add() }, "Add a traveller (a child, for example)");
  const key = crypto.randomUUID();

  function add() {
    const traveller = new Traveller(travellers.length + 1);
    travellers.push(traveller);
    list.append(traveller.element);
    more.hidden = travellers.length >= MOST;
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    said.hidden = true;
    const unready = travellers.findIndex((each) => !each.isReady);
    if (unready >= 0) return tell(`Traveller ${unready + 1}: both pictures are needed, each with a ✓ under it.`);
    send.disabled = true;
    fill(send, "Looking at everything …");
    try {
      const body = { travellers: travellers.map((each) => each.asked), valid_from: from.value, valid_until: until.value, entries: 1 };
      done(await (await ask("POST", "/v1/applications", body, "", { "Idempotency-Key": `${key}-${await mark(body)}` })).json());
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    } finally {
      send.disabled = false;
      fill(send, "Apply");
    }
  }

  /** @param {string} text */
  function tell(text) {
    fill(said, text);
    said.hidden = false;
  }

  add();
  const form = h(
    "form",
    { onsubmit: submit, novalidate: true },
    h("section", {}, h("h2", {}, "Your journey"), h("div.dates", {}, h("label", {}, "From", from), h("label", {}, "Until", until))),
    list,
    more,
    send,
    said,
  );
  fill(root, form);
}

/** So that a changed form is another application, and the same one sent again is not. @param {unknown} body */
async function mark(body) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(body)));
  return [...new Uint8Array(digest).slice(0, 8)].map((each) => each.toString(16).padStart(2, "0")).join("");
}
