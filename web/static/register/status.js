// @ts-check
/** How an application stands, and why; what is still to be sent; the visa, its passages and their proofs. */

import { fill, h } from "../shared/dom.js";
import { choosing } from "./file.js";
import { ask, picture } from "./service.js";
import { Told, sentence } from "./texts.js";

/** @typedef {import("./service.js").Party} Party */
/** @typedef {import("./service.js").Application} Application */
/** @typedef {import("../shared/i18n.js").Texts} Texts */
/** What every part of the page needs. @typedef {{party: Party, texts: Texts, again: () => Promise<void>}} Shown */

/** @param {HTMLElement} root @param {Party} party with its access @param {Texts} texts @param {(party: Party) => void} found what is told anew */
export function showStatus(root, party, texts, found) {
  async function again() {
    const told = await (await ask("GET", `/v1/parties/${party.party}`, undefined, party.access)).json();
    found({ ...told, access: party.access });
  }

  const shown = { party, texts, again };
  const cards = party.applications.map((each) => h("li.card", { "data-state": each.state }, ...card(each, shown)));
  fill(
    root,
    h("h2", {}, texts.say("own")),
    h("section", {}, h("p", {}, texts.say("keep")), h("p.code", { id: "code", dir: "ltr" }, `${party.party} ${party.access}`)),
    h("ul.cards", {}, ...cards),
    h("button", { type: "button", onclick: again }, texts.say("again")),
  );
}

/** @param {Application} one @param {Shown} shown */
function card(one, shown) {
  const { texts } = shown;
  const parts = [
    h("h3", {}, h("bdi", {}, one.first_name), `, ${texts.say("passport")} `, h("bdi", {}, one.document_masked)),
    h("p.state", {}, texts.say(`state.${one.state}`)),
    h("p", {}, texts.say(`do.${one.state}`)),
    ...one.why.map((key) => h("p", {}, texts.say(`why.${key}`))),
    one.words && h("p", { dir: "auto" }, one.words),
    ...one.portrait_advice.map((key) => h("p", { "data-advice": key }, texts.say(`portrait.${key}`))),
  ];
  if (one.state === "needs_document") parts.push(sending(one, shown, "page", texts.say("do.needs_document")));
  if (one.state === "needs_portrait") parts.push(sending(one, shown, "portrait", texts.say("do.needs_portrait")));
  if (one.visa) parts.push(...visa(one.visa, shown));
  return parts;
}

/** A place for what went wrong. @param {Texts} texts */
function sayer(texts) {
  const said = h("p.said.bad", { role: "alert", hidden: true });
  /** @param {unknown} error */
  const say = (error) => {
    fill(said, sentence(error, texts));
    said.hidden = false;
  };
  return { said, say };
}

/** @param {Application} one @param {Shown} shown @param {string} kind @param {string} label */
function sending(one, { party, texts, again }, kind, label) {
  const { said, say } = sayer(texts);
  const input = h("input", { type: "file", accept: "image/*", name: `better-${kind}`, onchange: sent });

  async function sent() {
    try {
      const body = { [kind]: await picture(input.files[0]) };
      const told = await (await ask("POST", `/v1/parties/${party.party}/applications/${one.application}/pictures`, body, party.access)).json();
      const mine = told.applications.find((/** @type {Application} */ each) => each.application === one.application);
      if (mine.portrait_advice.length) throw new Told(mine.portrait_advice.map((/** @type {string} */ key) => `portrait.${key}`));
      await again();
    } catch (error) {
      say(error);
    }
  }

  return h("div", {}, h("label", {}, label, choosing(input, texts)), said);
}

/** @param {import("./service.js").Visa} one @param {Shown} shown */
function visa(one, shown) {
  const { texts } = shown;
  const left = one.entries_left === null ? texts.say("visa.unlimited") : texts.number(one.entries_left);
  const rows = [
    [texts.say("visa.visa"), texts.say(`visa_state.${one.state}`)],
    [texts.say("passport"), h("bdi", {}, one.document_masked)],
    [texts.say("visa.from"), h("bdi", {}, one.valid_from)],
    [texts.say("visa.until"), h("bdi", {}, one.valid_until)],
    [texts.say("visa.entries"), left],
    ...(one.stay_days_left === null ? [] : [[texts.say("visa.days"), texts.number(one.stay_days_left)]]),
  ];
  const passages = one.passages.map((each) => proof(each, shown));
  return [
    h("dl", {}, ...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    ...(passages.length ? [h("h3", {}, texts.say("passages.title")), ...passages] : []),
    rebinding(one, shown),
  ];
}

/** @param {import("./service.js").Passage} passage @param {Shown} shown */
function proof(passage, { party, texts }) {
  const at = new Date(passage.passed_at).toLocaleString(texts.catalogue.language);
  const place = h("div.proof", {});
  const name = texts.say(passage.direction === "entry" ? "passages.entry" : "passages.exit");

  async function show() {
    const answer = await ask("GET", `/v1/parties/${party.party}/passages/${passage.passage}/proof.svg`, undefined, party.access);
    const address = URL.createObjectURL(new Blob([await answer.text()], { type: "image/svg+xml" }));
    fill(place, h("img", { src: address, alt: `${name}, ${at}` }));
  }

  return h("div", {}, h("p", {}, `${name}, ${at}, `, h("bdi", {}, passage.gate)), h("button.proof-button", { type: "button", onclick: show }, `${texts.say("passages.proof")}: ${name}`), place);
}

/** @param {import("./service.js").Visa} one @param {Shown} shown */
function rebinding(one, { party, texts, again }) {
  const { said, say } = sayer(texts);
  const oldPage = h("input", { type: "file", accept: "image/*", name: "old-page" });
  const newPage = h("input", { type: "file", accept: "image/*", name: "new-page" });

  async function send() {
    try {
      if (!newPage.files[0]) throw new Told(["new.choose"]);
      const pages = { new_page: await picture(newPage.files[0]), ...(oldPage.files[0] ? { old_page: await picture(oldPage.files[0]) } : {}) };
      await ask("POST", `/v1/parties/${party.party}/rebindings`, { record: one.record, ...pages }, party.access);
      await again();
    } catch (error) {
      say(error);
    }
  }

  return h(
    "details",
    {},
    h("summary", {}, texts.say("new.title")),
    h("p", {}, texts.say("new.explain")),
    h("label", {}, texts.say("new.new"), choosing(newPage, texts)),
    h("label", {}, texts.say("new.old"), choosing(oldPage, texts)),
    h("button", { type: "button", onclick: send }, texts.say("new.send")),
    said,
  );
}
