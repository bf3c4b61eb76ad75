// @ts-check
/** Applications that wait for an officer: the queue without persons, a case with both portraits, the decision. */

import { fill, h } from "../shared/dom.js";
import { Refused } from "./service.js";

/** @typedef {import("./officer.js").Ask} Ask */
/** @typedef {{application: string, state: string, made_at: string, issuing_state: string, document_number: string, birth_date: string, surname: string, given_names: string, nationality: string, document_expires: string | null, valid_from: string, valid_until: string, entries: number | null, zone: string, comparison: string, score: number | null, questions: string[], replaces: string}} Case */

const QUESTIONS = /** @type {Record<string, string>} */ ({
  portrait_differs: "The two portraits are not alike",
  portrait_unclear: "The portrait in the document cannot be compared by a machine",
  zone_typed: "The lines of the passport were typed",
  document_expires: "The passport ends before the journey",
  document_reported: "The passport is reported lost or stolen",
  alert: "There is an alert on this person or document",
  near_match: "Somebody much alike has a visa",
  holder_differs: "This passport, or the visa to be bound, is on record under another name",
  overlaps: "There is a visa for some of these days",
  stay_exceeded: "No day of stay would be left",
  old_document_not_shown: "The old passport was not shown",
  not_automatic: "Every application is decided by an officer",
});
const HELD_BACK = ["portrait_differs", "portrait_unclear"];

/** @param {string} key */
export function words(key) {
  return QUESTIONS[key] ?? key.replaceAll("_", " ");
}

/** What went wrong, in a place of its own. */
export function sayer() {
  const said = h("p.said.bad", { role: "alert", hidden: true });
  /** @param {unknown} error */
  const say = (error) => {
    fill(said, error instanceof Error ? error.message : String(error));
    said.hidden = false;
  };
  return { said, say };
}

/** @param {HTMLElement} root @param {Ask} ask */
export async function showQueue(root, ask) {
  const { said, say } = sayer();
  const list = h("ul.cards", {});
  fill(root, h("h2", {}, "Applications that wait"), said, list);
  try {
    const waiting = await (await ask("GET", "/v1/applications")).json();
    const rows = waiting.map((/** @type {Case} */ each) =>
      h(
        "li.card",
        { "data-application": each.application },
        h("p", {}, `${each.application}, since ${new Date(each.made_at).toLocaleString()}`),
        h("ul", {}, ...each.questions.map((question) => h("li", {}, words(question)))),
        h("button", { type: "button", onclick: () => showCase(root, ask, each.application) }, "Open"),
      ),
    );
    fill(list, ...(rows.length ? rows : [h("li.card", {}, "Nothing waits.")]));
  } catch (error) {
    say(error);
  }
}

/** @param {Ask} ask @param {string} application @param {string} kind @param {string} label */
async function portrait(ask, application, kind, label) {
  try {
    const answer = await ask("GET", `/v1/applications/${application}/pictures/${kind}`);
    const address = URL.createObjectURL(await answer.blob());
    return h("figure", {}, h("img", { src: address, alt: label, "data-kind": kind, onload: () => URL.revokeObjectURL(address) }), h("figcaption", {}, label));
  } catch (error) {
    if (error instanceof Refused && error.code === "picture_unknown") return h("figure", {}, h("figcaption", {}, `${label}: none`));
    throw error;
  }
}

/** @param {HTMLElement} root @param {Ask} ask @param {string} application */
async function showCase(root, ask, application) {
  const { said, say } = sayer();
  try {
    /** @type {Case} */
    const one = await (await ask("GET", `/v1/applications/${application}`)).json();
    const pictures = await Promise.all([portrait(ask, application, "page_portrait", "In the passport"), portrait(ask, application, "portrait", "Sent by the applicant")]);
    fill(root, h("h2", {}, application), said, facts(one), h("div.portraits", {}, ...pictures), decision(root, ask, one, say));
  } catch (error) {
    fill(root, said);
    say(error);
  }
}

/** @param {Case} one */
function facts(one) {
  const rows = [
    ["Name", `${one.surname}, ${one.given_names}`],
    ["Passport", `${one.issuing_state} ${one.document_number}`],
    ["Born (YYMMDD)", one.birth_date],
    ["Nationality", one.nationality],
    ["Passport ends", one.document_expires ?? "not known"],
    ["Journey", `${one.valid_from} to ${one.valid_until}`],
    ["Portraits", `${one.comparison.replaceAll("_", " ")}${one.score === null ? "" : ` (${one.score})`}`],
    ...(one.replaces ? [["To be bound", one.replaces]] : []),
  ];
  return h(
    "section",
    {},
    h("dl", {}, ...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    h("ul", { "aria-label": "Questions" }, ...one.questions.map((question) => h("li", {}, words(question)))),
  );
}

/** @param {HTMLElement} root @param {Ask} ask @param {Case} one @param {(error: unknown) => void} say */
function decision(root, ask, one, say) {
  const accepts = h("input", { type: "checkbox", name: "accepts" });
  const told = h("input", { name: "words", maxlength: 500, autocomplete: "off" });
  const held = one.questions.some((question) => HELD_BACK.includes(question));

  /** @param {"grant" | "refuse"} what */
  async function decide(what) {
    try {
      await ask("POST", `/v1/applications/${one.application}/decision`, { decision: what, accepts_portrait: accepts.checked, words: told.value });
      await showQueue(root, ask);
    } catch (error) {
      say(error);
    }
  }

  return h(
    "section",
    {},
    ...(held ? [h("label.check", {}, accepts, "I have looked at both portraits: they are of one person")] : []),
    h("label", {}, "For the traveller to read (may stay empty)", told),
    h("button.main", { type: "button", onclick: () => decide("grant") }, "Grant"),
    h("button", { type: "button", onclick: () => decide("refuse") }, "Refuse"),
  );
}
