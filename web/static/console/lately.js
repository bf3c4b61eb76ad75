// @ts-check
/** Below the lanes while none is open: the crossings that ended last. How each ended, never whose it was or why. */

import { fill, h } from "../shared/dom.js";
import { table } from "./tables.js";
import { dayAndTime, plain, seconds } from "./words.js";

export class Lately {
  /** @param {import("./state.js").State} state */
  constructor(state) {
    this.state = state;
    /** @type {any} what is drawn */
    this.drawn = null;
    this.element = h("section.lately", { "aria-label": "Last crossings" });
  }

  draw() {
    if (this.drawn === this.state.crossings) return;
    this.drawn = this.state.crossings;
    const rows = this.state.crossings.map((each) => [
      dayAndTime(each.began_at), each.lane, h(`span.outcome.${each.outcome === "PASSED" ? "good" : "other"}`, {}, plain(each.outcome.toLowerCase())), seconds(each.total_ms),
    ]);
    fill(this.element, table("Last crossings", ["Began", "Lane", "Outcome", "Took"], rows, "None yet."));
  }
}
