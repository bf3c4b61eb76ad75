// @ts-check
/** Figures and the shift report: which steps and prompts lose time, which lose travellers. */

import { h, fill } from "../shared/dom.js";
import { bars } from "../shared/charts.js";
import { ask } from "./api.js";
import { tried } from "./alarms.js";
import { table } from "./tables.js";
import { percent, plain, seconds, stepWords } from "./words.js";

export class FiguresPage {
  constructor() {
    this.hours = h("select", { id: "hours" }, ...[1, 4, 8, 24].map((n) => h("option", { value: n, selected: n === 8 }, `last ${n} hours`)));
    this.hours.addEventListener("change", () => void this.load());
    this.body = h("div.figures-body");
    const print = h("button", { type: "button", onclick: () => window.print() }, "Print");
    this.element = h("section.page", { "aria-label": "Figures" }, h("h2", {}, "Figures and shift report"), h("div.search", {}, h("div.field", {}, h("label", { for: "hours" }, "Time"), this.hours), print), this.body);
  }

  async load() {
    const report = await tried(ask("GET", `/reports/shift?hours=${this.hours.value}`));
    if (report) this.show(report);
  }

  /** @param {any} report */
  show(report) {
    const ms = (/** @type {number | null} */ value) => (value === null || value === undefined ? "–" : seconds(value));
    const tiles = [
      ["Crossings", String(report.crossings)], ["Unaided", percent(report.unaided)], ["Median", ms(report.median_ms)], ["95th percentile", ms(report.p95_ms)],
      ["Abandoned", percent(report.abandoned)], ["Passed by an officer", String(report.cleared_by_officer)],
    ];
    const hours = report.hours.map((/** @type {any} */ row) => ({ name: row.hour, value: row.crossings }));
    fill(
      this.body,
      h("ul.tiles", {}, ...tiles.map(([name, value]) => h("li", {}, h("strong", {}, value), h("span", {}, name)))),
      hours.length ? h("figure.hours", {}, bars(hours, { width: Math.min(480, 40 * hours.length), height: 80, label: "Crossings an hour" }), h("figcaption", {}, "Crossings an hour")) : null,
      h(
        "div.tables",
        {},
        table("Steps by time lost", ["Step", "Lost", "Referrals", "Normal", "n"], report.ranked_steps.map((/** @type {any} */ row) => [stepWords(row.step), seconds(row.lost_ms), row.referrals, ms(row.normal_ms), row.n])),
        table("Prompts by time lost", ["Prompt", "Lost", "Referred saw it", "Normal", "n"], report.ranked_prompts.map((/** @type {any} */ row) => [plain(row.prompt), seconds(row.lost_ms), row.referrals, ms(row.normal_ms), row.n])),
        table("Referrals by reason", ["Reason", "n"], report.referrals.map((/** @type {any} */ [reason, n]) => [plain(reason), n])),
        table("Lanes", ["Lane", "Crossings", "Unaided", "Median"], report.lanes.map((/** @type {any} */ row) => [row.lane, row.crossings, percent(row.unaided), ms(row.median_ms)])),
        table("Step times of those who passed", ["Step", "Median", "95th percentile", "n"], report.steps.map((/** @type {any} */ row) => [stepWords(row.step), ms(row.median_ms), ms(row.p95_ms), row.n])),
        table("Outcomes", ["Outcome", "n"], report.outcomes.map((/** @type {any} */ [outcome, n]) => [plain(outcome.toLowerCase()), n])),
      ),
    );
  }
}
