// @ts-check
/** Past alarms with the figures of the alarm system itself; the audit trail with its proof. */

import { h, fill } from "../shared/dom.js";
import { ask } from "./api.js";
import { tried } from "./alarms.js";
import { MARKS } from "./board.js";
import { table } from "./tables.js";
import { dayAndTime, plain } from "./words.js";

export class HistoryPage {
  constructor() {
    this.body = h("div");
    this.element = h("section.page", { "aria-label": "Alarm history" }, h("h2", {}, "Alarm history"), this.body);
  }

  async load() {
    const past = await tried(ask("GET", "/alarms/history"));
    if (!past) return;
    const tiles = [
      ["In the last 10 minutes", String(past.per_10_min)], ["Standing over an hour", String(past.standing)],
      ["Median to acknowledge", past.median_ack_s === null ? "–" : `${past.median_ack_s.toFixed(1)} s`],
    ];
    fill(
      this.body,
      h("ul.tiles", {}, ...tiles.map(([name, value]) => h("li", {}, h("strong", {}, value), h("span", {}, name)))),
      h(
        "div.tables",
        {},
        table("Top sources", ["Alarm", "n"], past.top),
        table("Alarms, newest first", ["When", "P", "Alarm", "Lanes", "State", "Acknowledged by"], past.alarms.map((/** @type {any} */ alarm) => [dayAndTime(alarm.raised_at_s), `${MARKS[alarm.priority]}${alarm.priority}`, alarm.words, alarm.lanes.join(", "), plain(alarm.state), alarm.acknowledged_by || "–"])),
      ),
    );
  }
}

export class TrailPage {
  constructor() {
    this.body = h("div");
    this.element = h("section.page", { "aria-label": "Audit" }, h("h2", {}, "Audit trail"), this.body);
  }

  async load() {
    const trail = await tried(ask("GET", "/audit?limit=200"));
    if (!trail) return;
    const { intact, entries, head, fault } = trail.proof;
    fill(
      this.body,
      h(intact ? "p.proof" : "p.proof.problem", {}, intact ? `Log intact: ${entries} entries, head ${head.slice(0, 16)}` : `Log broken: ${fault}`),
      table("Newest first", ["When", "What", "Officer", "Crossing", "Detail"], trail.entries.map((/** @type {any} */ entry) => [dayAndTime(entry.at), plain(entry.kind), entry.officer, entry.transaction_id || "–", details(entry)])),
    );
  }
}

/** @param {any} entry */
function details(entry) {
  const shown = new Set(["seq", "kind", "transaction_id", "officer", "at"]);
  return Object.entries(entry).filter(([name, value]) => !shown.has(name) && value !== "" && value !== null).map(([name, value]) => `${plain(name).toLowerCase()}: ${value}`).join(", ");
}
