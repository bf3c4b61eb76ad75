// @ts-check
/** How an application stands, and why; what is still to be sent; the visa, its passages and their proofs. */

import { fill, h } from "../shared/dom.js";
import { ask, picture } from "./service.js";

/** @typedef {import("./service.js").Party} Party */
/** @typedef {import("./service.js").Application} Application */

const STATES = /** @type {Record<string, string>} */ ({
  needs_document: "Your passport's page is missing",
  needs_portrait: "A better picture is needed",
  waiting: "An officer is looking at it",
  granted: "Granted",
  refused: "Refused",
});
const VISA_STATES = /** @type {Record<string, string>} */ ({
  valid: "valid",
  not_yet_valid: "not valid yet",
  expired: "over",
  used_up: "used up",
  suspended: "suspended",
  cancelled: "cancelled",
});

/** @param {HTMLElement} root @param {Party} party with its access */
export function showStatus(root, party) {
  const again = () => refresh(root, party);
  const cards = party.applications.map((each) => h("li.card", { "data-state": each.state }, ...card(each, party, again)));
  fill(
    root,
    h("h2", {}, "Your application"),
    h("section", {}, h("p", {}, "Keep this code. With it you come back to this page:"), h("p.code", { id: "code" }, `${party.party} ${party.access}`)),
    h("ul.cards", {}, ...cards),
    h("button", { type: "button", onclick: again }, "Look again"),
  );
}

/** @param {HTMLElement} root @param {Party} party */
async function refresh(root, party) {
  const told = await (await ask("GET", `/v1/parties/${party.party}`, undefined, party.access)).json();
  showStatus(root, { ...told, access: party.access });
}

/** @param {Application} one @param {Party} party @param {() => void} again */
function card(one, party, again) {
  const why = [...one.said, ...one.portrait_reasons];
  const parts = [
    h("h3", {}, `${one.first_name}, passport ${one.document_masked}`),
    h("p.state", {}, STATES[one.state] ?? one.state),
    ...why.map((text) => h("p", {}, text)),
  ];
  if (one.state === "needs_document") parts.push(sending(one, party, again, "page", "Your passport's page"));
  if (one.state === "needs_portrait") parts.push(sending(one, party, again, "portrait", "A better picture of your face"));
  if (one.visa) parts.push(...visa(one.visa, party, again));
  return parts;
}

/** @param {Application} one @param {Party} party @param {() => void} again @param {string} kind @param {string} label */
function sending(one, party, again, kind, label) {
  const said = h("p.said.bad", { role: "alert", hidden: true });
  const input = h("input", { type: "file", accept: "image/*", name: `better-${kind}`, onchange: chosen });

  async function chosen() {
    try {
      const body = { [kind]: await picture(input.files[0]) };
      const told = await (await ask("POST", `/v1/parties/${party.party}/applications/${one.application}/pictures`, body, party.access)).json();
      const mine = told.applications.find((/** @type {Application} */ each) => each.application === one.application);
      if (mine.portrait_reasons.length) throw new Error(mine.portrait_reasons.join(" "));
      again();
    } catch (error) {
      fill(said, error instanceof Error ? error.message : String(error));
      said.hidden = false;
    }
  }

  return h("div", {}, h("label", {}, label, input), said);
}

/** @param {import("./service.js").Visa} one @param {Party} party @param {() => void} again */
function visa(one, party, again) {
  const left = one.entries_left === null ? "as often as you like" : String(one.entries_left);
  const rows = [
    ["Visa", VISA_STATES[one.state] ?? one.state],
    ["Passport", one.document_masked],
    ["From", one.valid_from],
    ["Until", one.valid_until],
    ["Entries left", left],
    ...(one.stay_days_left === null ? [] : [["Days of stay, when entering today", String(one.stay_days_left)]]),
  ];
  const passages = one.passages.map((each) => proof(each, party));
  return [
    h("dl", {}, ...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    ...(passages.length ? [h("h3", {}, "Your entries and exits"), ...passages] : []),
    rebinding(one, party, again),
  ];
}

/** @param {import("./service.js").Passage} passage @param {Party} party */
function proof(passage, party) {
  const at = new Date(passage.passed_at).toLocaleString();
  const place = h("div.proof", {});
  const name = passage.direction === "entry" ? "Entry" : "Exit";

  async function show() {
    const answer = await ask("GET", `/v1/parties/${party.party}/passages/${passage.passage}/proof.svg`, undefined, party.access);
    const address = URL.createObjectURL(new Blob([await answer.text()], { type: "image/svg+xml" }));
    fill(place, h("img", { src: address, alt: `Proof of ${name.toLowerCase()} on ${at}, as a code for an officer to scan` }));
  }

  return h("div", {}, h("p", {}, `${name}, ${at}, ${passage.gate}`), h("button.proof-button", { type: "button", onclick: show }, `Show the proof of this ${name.toLowerCase()}`), place);
}

/** @param {import("./service.js").Visa} one @param {Party} party @param {() => void} again */
function rebinding(one, party, again) {
  const said = h("p.said.bad", { role: "alert", hidden: true });
  const oldPage = h("input", { type: "file", accept: "image/*", name: "old-page" });
  const newPage = h("input", { type: "file", accept: "image/*", name: "new-page" });

  async function send() {
    try {
      if (!newPage.files[0]) throw new Error("Choose a picture of your new passport's page.");
      const pages = { new_page: await picture(newPage.files[0]), ...(oldPage.files[0] ? { old_page: await picture(oldPage.files[0]) } : {}) };
      await ask("POST", `/v1/parties/${party.party}/rebindings`, { record: one.record, ...pages }, party.access);
      again();
    } catch (error) {
      fill(said, error instanceof Error ? error.message : String(error));
      said.hidden = false;
    }
  }

  return h(
    "details",
    {},
    h("summary", {}, "I have a new passport"),
    h("p", {}, "The visa belongs to the passport it was granted for. Send the page of both passports; without the old one an officer decides."),
    h("label", {}, "New passport", newPage),
    h("label", {}, "Old passport", oldPage),
    h("button", { type: "button", onclick: send }, "Bind the visa to the new passport"),
    said,
  );
}
