// @ts-check
/** The crossing's states with the current one lit, and the last crossings as bars of their steps. */

import { fill, h } from "../shared/dom.js";

const STEPS = [["document", "Document"], ["register", "Register"], ["passport_taken", "Passport taken"], ["admission", "One enters"], ["face", "Face"], ["decision", "Decision"], ["release", "Walks out"]];
const SHOWN = 6;

/** @typedef {import("../shared/api.js").EndedShown} Ended */

export class Course {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.states = h("ol.states", { "aria-label": "Where the crossing is" });
    this.result = h("p.result", { role: "status" });
    this.bars = h("ol.crossings", { "aria-label": "The last crossings" });
    /** @type {Ended[]} */
    this.ended = [];
    root.append(this.states, this.result, this.bars);
  }

  /** @param {import("../shared/api.js").LaneShown} lane */
  show(lane) {
    const open = Boolean(lane.transaction && !lane.outcome);
    fill(
      this.states,
      ...STEPS.map(([name, title]) => {
        const time = lane.steps_ms[name];
        const state = open && name === lane.step ? "now" : time === undefined || !open ? "later" : "done";
        return h(`li.${state}`, state === "now" ? { "aria-current": "step" } : {}, h("b", {}, title), h("span", {}, open && time !== undefined ? seconds(time) : " "));
      }),
    );
    const closed = lane.state === "closed" ? `Lane closed: ${lane.why_closed}` : "";
    this.result.textContent = closed || (lane.modes.length ? `Degraded: ${lane.modes.join(", ").replace(/_/g, " ")}` : "");
    this.result.hidden = !this.result.textContent;
  }

  /** @param {Ended} ended */
  add(ended) {
    this.ended = [ended, ...this.ended].slice(0, SHOWN);
    const longest = Math.max(15000, ...this.ended.map((each) => each.total_ms));
    fill(this.bars, ...this.ended.map((each) => this.row(each, longest)));
  }

  /** @param {Ended} each @param {number} longest */
  row(each, longest) {
    let x = 0;
    const parts = STEPS.filter(([name]) => each.steps_ms[name]).map(([name, title]) => {
      const width = (each.steps_ms[name] / longest) * 100;
      const bar = h(`rect.${name}`, { x: x.toFixed(2), y: 0, width: Math.max(0.3, width - 0.2).toFixed(2), height: 10 }, h("title", {}, `${title}: ${seconds(each.steps_ms[name])}`));
      x += width;
      return bar;
    });
    const passed = each.outcome === "PASSED";
    return h(
      "li",
      { "data-outcome": each.outcome },
      h(`span.ending${passed ? "" : ".other"}`, {}, passed ? "✓ passed" : each.reason.replace(/_/g, " ")),
      h("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, ...parts),
      h("span.total", {}, seconds(each.total_ms)),
    );
  }
}

/** @param {number} ms */
function seconds(ms) {
  return ms < 100 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}
