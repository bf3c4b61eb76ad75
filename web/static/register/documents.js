// @ts-check
/** A passport by itself, whoever holds it: is it reported, does a lane hold it back; report it, take that back, clear it. */

import { fill, h } from "../shared/dom.js";
import { sayer } from "./cases.js";

/** @typedef {import("./officer.js").Ask} Ask */
/** @typedef {{lost: string, use: string, use_since: string | null}} Standing */

const LOST = /** @type {Record<string, string>} */ ({ not_reported: "Not reported", lost: "Reported lost", stolen: "Reported stolen" });
const USES = /** @type {Record<string, string>} */ ({ free: "Free", in_use: "In use at a lane", passed: "Has passed", referred: "Referred: no lane takes it until it is cleared" });

/** @param {HTMLElement} root @param {Ask} ask @param {Set<string>} may */
export function showDocuments(root, ask, may) {
  const { said, say } = sayer();
  /** @param {string} name */
  const input = (name) => h("input", { name, autocomplete: "off", autocapitalize: "characters", required: true });
  const state = input("issuing_state");
  const number = input("document_number");
  const place = h("div", {});
  const named = () => ({ issuing_state: state.value.trim().toUpperCase(), document_number: number.value.trim().toUpperCase() });

  /** @param {Event} [event] */
  async function look(event) {
    event?.preventDefault();
    said.hidden = true;
    try {
      const document = named();
      const standing = await (await ask("POST", "/v1/documents/standing", document)).json();
      fill(place, card(document, standing, ask, may, look));
    } catch (error) {
      fill(place);
      say(error);
    }
  }

  const fields = h("div.dates", {}, h("label", {}, "Issuing state", state), h("label", {}, "Number", number));
  fill(root, h("h2", {}, "Documents"), h("form", { onsubmit: look }, h("section", {}, fields, h("button.main", { type: "submit" }, "Look up"), said)), place);
}

/** @param {{issuing_state: string, document_number: string}} document @param {Standing} standing @param {Ask} ask @param {Set<string>} may @param {() => void} again */
function card(document, standing, ask, may, again) {
  const { said, say } = sayer();
  const reason = h("input", { name: "reason", maxlength: 200, autocomplete: "off" });

  /** @param {string} where @param {Record<string, string>} [more] */
  async function mark(where, more = {}) {
    try {
      await ask("POST", where, { ...document, reason: reason.value, ...more });
      again();
    } catch (error) {
      say(error);
    }
  }

  /** @param {string} label @param {string} state */
  const report = (label, state) => h("button", { type: "button", onclick: () => mark("/v1/documents/reports", { state }) }, label);
  const reports = standing.lost === "not_reported" ? [report("Report lost", "lost"), report("Report stolen", "stolen")] : [report("Found again: take the report back", "not_reported")];
  const clear = h("button", { type: "button", onclick: () => mark("/v1/uses/clearance") }, "Clear it for the hall's lanes");
  const actions = [...(may.has("report") ? reports : []), ...(may.has("clear") && standing.use === "referred" ? [clear] : [])];
  const since = standing.use_since === null ? "" : `, since ${new Date(standing.use_since).toLocaleString()}`;
  const rows = [
    ["Passport", `${document.issuing_state} ${document.document_number}`],
    ["Lost or stolen", LOST[standing.lost] ?? standing.lost],
    ["In the hall", `${USES[standing.use] ?? standing.use}${since}`],
  ];
  return h(
    "section",
    { "data-lost": standing.lost, "data-use": standing.use },
    h("dl", {}, ...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    ...(actions.length ? [h("label", {}, "Reason", reason), ...actions, said] : []),
  );
}
