// @ts-check
/** Persons by document or by name: their visas, entries and exits; suspend, resume, cancel, each with a reason. */

import { fill, h } from "../shared/dom.js";
import { entryCard } from "./audit.js";
import { sayer } from "./cases.js";

/** @typedef {import("./officer.js").Ask} Ask */
/** @typedef {{record: string, match: string, state: string, issuing_state: string, document_number: string, birth_date: string, surname: string, given_names: string, nationality: string, valid_from: string, valid_until: string, entries_left: number | null, stay_days_left: number | null}} Person */

const MATCHES = /** @type {Record<string, string>} */ ({ document: "This document", person: "This person" });

/** @param {HTMLElement} root @param {Ask} ask */
export function showPersons(root, ask) {
  const { said, say } = sayer();
  /** @param {string} name */
  const input = (name) => h("input", { name, autocomplete: "off", autocapitalize: "characters" });
  const fields = { issuing_state: input("issuing_state"), document_number: input("document_number"), birth_date: input("birth_date"), surname: input("surname"), given_names: input("given_names") };
  const found = h("ul.cards", {});

  /** @param {Event} [event] */
  async function search(event) {
    event?.preventDefault();
    said.hidden = true;
    const asked = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value.trim().toUpperCase()]).filter(([, value]) => value));
    try {
      const { persons } = await (await ask("POST", "/v1/persons/search", asked)).json();
      fill(found, ...(persons.length ? persons.map((/** @type {Person} */ each) => card(each, ask, search)) : [h("li.card", {}, "Nobody is found.")]));
    } catch (error) {
      say(error);
    }
  }

  fill(
    root,
    h("h2", {}, "Persons"),
    h(
      "form",
      { onsubmit: search },
      h(
        "section",
        {},
        h("p", {}, "By document and birth date, or by name and birth date."),
        h("div.dates", {}, h("label", {}, "Issuing state", fields.issuing_state), h("label", {}, "Number", fields.document_number)),
        h("label", {}, "Born (YYMMDD)", fields.birth_date),
        h("div.dates", {}, h("label", {}, "Surname", fields.surname), h("label", {}, "Given names", fields.given_names)),
        h("button.main", { type: "submit" }, "Search"),
        said,
      ),
    ),
    found,
  );
}

/** @param {Person} one @param {Ask} ask @param {() => void} again */
function card(one, ask, again) {
  const { said, say } = sayer();
  const reason = h("input", { name: "reason", maxlength: 200 });
  const travelled = h("div", {});

  /** @param {string} what */
  async function mark(what) {
    try {
      await ask("POST", `/v1/records/${one.record}/${what}`, { reason: reason.value });
      again();
    } catch (error) {
      say(error);
    }
  }

  async function passages() {
    try {
      const asked = { issuing_state: one.issuing_state, document_number: one.document_number, birth_date: one.birth_date };
      const told = await (await ask("POST", "/v1/passages/search", asked)).json();
      const rows = told.passages.map((/** @type {import("./service.js").Passage} */ each) => h("li", {}, `${each.direction === "entry" ? "Entry" : "Exit"}, ${new Date(each.passed_at).toLocaleString()}, ${each.gate}`));
      fill(travelled, h("ul", {}, ...rows), h("p", {}, `Days used of any 180: ${told.days_used}; exits missing: ${told.exits_missing}`));
    } catch (error) {
      say(error);
    }
  }

  async function history() {
    try {
      const { entries } = await (await ask("GET", `/v1/records/${one.record}/history`)).json();
      fill(travelled, h("ul.cards", { "aria-label": "History" }, ...entries.map(entryCard)));
    } catch (error) {
      say(error);
    }
  }

  const rows = [
    ["Found as", MATCHES[one.match] ?? `Somebody alike: ${one.match.replaceAll("_", " ")}`],
    ["Visa", `${one.record}, ${one.state.replaceAll("_", " ")}`],
    ["Passport", `${one.issuing_state} ${one.document_number}`],
    ["Days", `${one.valid_from} to ${one.valid_until}`],
    ["Entries left", one.entries_left === null ? "not limited" : String(one.entries_left)],
    ["Days of stay left", one.stay_days_left === null ? "not limited" : String(one.stay_days_left)],
  ];
  return h(
    "li.card",
    { "data-record": one.record, "data-state": one.state },
    h("h3", {}, `${one.surname}, ${one.given_names}`),
    h("dl", {}, ...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    h("button", { type: "button", onclick: passages }, "Entries and exits"),
    h("button", { type: "button", onclick: history }, "Who did and saw what"),
    travelled,
    h("label", {}, "Reason", reason),
    h("div.dates", {}, h("button", { type: "button", onclick: () => mark("suspension") }, "Suspend"), h("button", { type: "button", onclick: () => mark("resumption") }, "Resume")),
    h("button", { type: "button", onclick: () => mark("cancellation") }, "Cancel for good"),
    said,
  );
}
