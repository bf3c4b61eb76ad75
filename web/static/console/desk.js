// @ts-check
/** Cases handed to the second line, their results, and safeguarding reports. */

import { h, fill } from "../shared/dom.js";
import { ask } from "./api.js";
import { tried } from "./alarms.js";
import { question, say } from "./dialogs.js";
import { table } from "./tables.js";
import { checkWords, dayAndTime, plain } from "./words.js";

/** @type {[string, string][]} */
const RESULTS = [["admitted", "Admitted"], ["refused_entry", "Refused entry"], ["false_alarm", "False alarm"], ["handed_to_police", "Handed to the police"], ["handed_to_care", "Handed to care"], ["did_not_come", "Did not come"]];
/** @type {[string, string][]} */
const NOTICED = [["monitoring", "Monitoring officer"], ["roving", "Roving officer"], ["referral", "Referral officer"], ["machine", "The gate"], ["other", "Somebody else"]];
/** @type {[string, string][]} */
const CIRCUMSTANCES = [["child_alone", "Child alone"], ["child_with_adults", "Child with adults"], ["distress", "Distress"], ["confusion", "Confusion"], ["injury", "Injury"], ["possible_trafficking", "Possible trafficking"], ["other", "Other, see note"]];
/** @type {[string, string][]} */
const DONE = [["stopped", "Stopped"], ["referred", "Referred"], ["let_go", "Let go"], ["care_called", "Care called"]];

export class DeskPage {
  /** @param {import("./state.js").State} state @param {(lane: string) => void} open */
  constructor(state, open) {
    this.state = state;
    this.open = open;
    this.sheets = h("div");
    this.loaded = "";
    this.sheet = h("section.record", { hidden: true, "aria-label": "Case sheet" });
    this.care = h("div");
    const report = h("button", { type: "button", onclick: () => void this.report("") }, "Safeguarding report … ", h("kbd", {}, "G"));
    this.element = h("section.page", { "aria-label": "Desk" }, h("h2", {}, "Desk"), h("div.search", {}, report), h("div.columns", {}, h("div", {}, this.sheets, this.care), this.sheet));
  }

  /** Another sheet, or another state of one: the list is asked for anew. */
  draw() {
    if (this.known !== this.loaded) void this.load();
  }

  get known() {
    return [...this.state.sheets.values()].map((sheet) => `${sheet.id} ${sheet.state}`).join();
  }

  async load() {
    this.loaded = this.known;
    const { sheets } = (await tried(ask("GET", "/sheets"))) ?? { sheets: [] };
    const takes = this.state.may("take_desk_cases");
    const oldestFirst = [...sheets].sort((a, b) => a.at_s - b.at_s); // a new one moves no button that is about to be pressed
    const rows = oldestFirst.map((/** @type {any} */ sheet) => [
      dayAndTime(sheet.at_s), sheet.lane, sheet.words, plain(sheet.state), sheet.handed_by, sheet.result ? plain(sheet.result) : "–",
      takes && sheet.state !== "closed" ? h("button", { type: "button", onclick: () => void this.take(sheet.id) }, "Take") : "",
    ]);
    fill(this.sheets, table("Cases handed over", ["When", "Lane", "Why", "State", "From", "Result", ""], rows, "No case waits at the desk."));
    if (!this.state.may("safeguard")) return;
    const { care } = (await tried(ask("GET", "/care"))) ?? { care: [] };
    fill(this.care, table("Safeguarding reports", ["When", "Lane", "Circumstances", "Noticed by", "Done", "Note"], care.map((/** @type {any} */ each) => [dayAndTime(each.at_s), each.lane, plain(each.circumstances), plain(each.noticed_by), plain(each.action), each.note]), "None."));
  }

  /** @param {string} id */
  async take(id) {
    const sheet = await tried(ask("POST", `/sheets/${id}/take`));
    if (!sheet) return;
    const match = sheet.match ? `${sheet.match.score.toFixed(3)} of ${sheet.match.threshold.toFixed(3)}` : "–";
    const facts = [["Lane", sheet.lane], ["Crossing", sheet.transaction], ["Why", sheet.words], ["Note", sheet.note || "–"], ["From", sheet.handed_by], ["Score", match]];
    fill(
      this.sheet,
      h("h3", {}, "Case sheet"),
      h("dl", {}, ...facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
      table("Checks at the gate", ["Check", "Result", "Detail"], sheet.checks.map((/** @type {any} */ check) => [checkWords(check.name), plain(check.result), plain(check.detail)])),
      h("button.primary", { type: "button", onclick: () => void this.close(id) }, "Result …"),
    );
    this.sheet.hidden = false;
    await this.load();
  }

  /** @param {string} id */
  async close(id) {
    const answer = await question({
      title: "Result of the desk",
      fields: [{ name: "result", label: "Result", kind: "choice", options: RESULTS }, { name: "note", label: "Note (no names)" }],
      confirm: "Close case",
    });
    if (!answer || !(await tried(ask("POST", `/sheets/${id}/close`, answer)))) return;
    this.sheet.hidden = true;
    await this.load();
  }

  /** @param {string} lane */
  async report(lane) {
    if (!this.state.may("safeguard")) return;
    const lanes = [...this.state.lanes.keys()].map((each) => /** @type {[string, string]} */ ([each, each]));
    const answer = await question({
      title: "Safeguarding report",
      fields: [
        { name: "lane", label: "Lane", kind: "choice", options: lanes, value: lane },
        { name: "circumstances", label: "Circumstances", kind: "choice", options: CIRCUMSTANCES },
        { name: "noticed_by", label: "Noticed by", kind: "choice", options: NOTICED },
        { name: "eligible", label: "Eligible for the gate", kind: "choice", options: [["yes", "yes"], ["no", "no"], ["unknown", "unknown"]] },
        { name: "action", label: "Done", kind: "choice", options: DONE },
        { name: "note", label: "Note (no names)" },
      ],
      confirm: "Report",
    });
    if (!answer) return;
    const transaction = this.state.lanes.get(answer.lane)?.now?.transaction ?? "";
    if (await tried(ask("POST", "/care", { ...answer, transaction_id: transaction }))) say("Reported; the second line is told.");
    await this.load();
  }
}
