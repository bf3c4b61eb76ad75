// @ts-check
/** Search among sealed crossings: masked; one is opened with a reason, and the view is itself on the trail. */

import { h, fill } from "../shared/dom.js";
import { ask } from "./api.js";
import { tried } from "./alarms.js";
import { field, question } from "./dialogs.js";
import { table } from "./tables.js";
import { checkWords, dayAndTime, plain, seconds, stepWords } from "./words.js";

const OUTCOMES = ["", "PASSED", "REFERRED", "HELD", "SENT_BACK", "OFFICER_PASSED", "ABANDONED", "GRANTED_NOT_PASSED", "INTERRUPTED", "EMERGENCY", "NO_TRANSACTION", "PASSAGE_UNKNOWN"];

export class CrossingsPage {
  /** @param {import("./state.js").State} state */
  constructor(state) {
    this.state = state;
    this.results = h("div.results");
    this.record = h("section.record", { hidden: true, "aria-label": "Record" });
    this.lane = field({ name: "lane", label: "Lane", kind: "choice", options: [] });
    this.form = this.makeForm();
    this.asked = 0;
    this.form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      void this.search();
    });
    this.element = h("section.page", { "aria-label": "Crossings" }, h("h2", {}, "Crossings"), this.form, h("div.columns", {}, this.results, this.record));
  }

  makeForm() {
    return h(
      "form.search",
      { role: "search" },
      this.lane,
      field({ name: "outcome", label: "Outcome", kind: "choice", options: OUTCOMES.map((code) => [code, code ? plain(code.toLowerCase()) : "all"]) }),
      h("div.field", {}, h("label", { for: "field-reason" }, "Reason code"), h("input", { id: "field-reason", name: "reason", maxlength: 60 })),
      h("div.field", {}, h("label", { for: "field-officer" }, "Officer"), h("input", { id: "field-officer", name: "officer", maxlength: 60 })),
      h("div.field", {}, h("label", { for: "field-transaction" }, "Crossing"), h("input", { id: "field-transaction", name: "transaction", maxlength: 64 })),
      h("div.field", {}, h("label", { for: "field-after" }, "From"), h("input", { id: "field-after", name: "after", type: "datetime-local" })),
      h("div.field", {}, h("label", { for: "field-before" }, "To"), h("input", { id: "field-before", name: "before", type: "datetime-local" })),
      h("button.primary", { type: "submit" }, "Search"),
    );
  }

  /** What has been typed stays; only the lanes may be others meanwhile. */
  load() {
    const choice = this.lane.querySelector("select");
    const chosen = choice.value;
    fill(choice, ...["", ...this.state.lanes.keys()].map((lane) => h("option", { value: lane }, lane || "all")));
    choice.value = chosen;
    void this.search();
  }

  /** The last question's answer is shown, in whatever order they come. @param {string} [cursor] */
  async search(cursor = "") {
    this.asked += 1;
    const asked = this.asked;
    const given = [...new FormData(this.form)].map(([name, value]) => [name, String(value).trim()]).filter(([, value]) => value);
    const query = new URLSearchParams(given.map(([name, value]) => [name, name === "after" || name === "before" ? new Date(value).toISOString() : value]));
    if (cursor) query.set("cursor", cursor);
    const found = await tried(ask("GET", `/crossings?${query}`));
    if (!found || asked !== this.asked) return;
    const rows = found.crossings.map((/** @type {any} */ row) => [
      h("button.link", { type: "button", onclick: () => void this.view(row.transaction) }, dayAndTime(row.began_at)),
      row.lane, plain(row.outcome.toLowerCase()), row.words, seconds(row.total_ms), row.officer || "–",
    ]);
    fill(
      this.results,
      table("Crossings, newest first", ["When", "Lane", "Outcome", "Why", "Took", "Officer"], rows, "No crossing fits."),
      found.cursor ? h("button", { type: "button", onclick: () => void this.search(found.cursor) }, "Older") : null,
    );
  }

  /** @param {string} transaction */
  async view(transaction) {
    const answer = await question({ title: "Open this record", text: "Who looks, and why, is kept on the audit trail.", fields: [{ name: "reason", label: "Reason", required: true }], confirm: "Open" });
    if (!answer) return;
    const record = await tried(ask("POST", `/crossings/${encodeURIComponent(transaction)}/view`, { reason: answer.reason }));
    if (record) this.show(record);
  }

  /** @param {any} record */
  show(record) {
    const facts = [
      ["Crossing", record.transaction], ["Lane", record.lane], ["Began", dayAndTime(record.began_at)], ["Outcome", plain(record.outcome.toLowerCase())], ["Why", record.words],
      ["Took", `${seconds(record.total_ms)}, machine ${seconds(record.machine_ms)}`], ["Officer", record.officer ? `${record.officer} ${record.officer_action}` : "–"],
      ["Score", record.match ? `${record.match.score.toFixed(3)} of ${record.match.threshold.toFixed(3)}` : "–"], ["Modes", record.modes.join(", ") || "normal"],
      ["Seal", record.digest.slice(0, 16)], ["Document", record.document_hash ? `hash ${record.document_hash.slice(0, 12)}` : "–"],
    ];
    const sheet = this.state.may("supervise") ? h("button", { type: "button", onclick: () => void this.handOver(record) }, "Hand to the desk …") : null;
    fill(
      this.record,
      h("h3", {}, "Record"),
      h("dl", {}, ...facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))])),
      sheet,
      table("Steps", ["Step", "Took", "Limit"], record.steps.map((/** @type {any} */ step) => [stepWords(step.name), seconds(step.ms), step.limit_ms ? seconds(step.limit_ms) : "–"])),
      table("Checks", ["Check", "Result", "Detail"], record.checks.map((/** @type {any} */ check) => [checkWords(check.name), plain(check.result), plain(check.detail)])),
      table("Who did what", ["When", "What", "Officer", "Reason"], record.trail.map((/** @type {any} */ entry) => [dayAndTime(entry.at), plain(entry.kind), entry.officer, entry.reason ?? entry.action ?? ""])),
    );
    this.record.hidden = false;
    this.record.querySelector("h3")?.setAttribute("tabindex", "-1");
    this.record.querySelector("h3")?.focus();
  }

  /** @param {any} record */
  async handOver(record) {
    const answer = await question({ title: "Hand to the desk", fields: [{ name: "note", label: "Note for the desk (no names)" }], confirm: "Hand over" });
    if (answer) await tried(ask("POST", "/sheets", { lane: record.lane, transaction_id: record.transaction, note: answer.note }));
  }
}
