// @ts-check
/** The pages beside the lanes: crossings, figures, alarm history, desk, audit. */

import { CrossingsPage } from "./crossings.js";
import { DeskPage } from "./desk.js";
import { FiguresPage } from "./figures.js";
import { HistoryPage, TrailPage } from "./history.js";

/** @param {import("./state.js").State} state @param {(lane: string) => void} open @returns {Record<string, any>} */
export function makePlaces(state, open) {
  return {
    crossings: new CrossingsPage(state),
    figures: new FiguresPage(),
    history: new HistoryPage(),
    desk: new DeskPage(state, open),
    trail: new TrailPage(),
  };
}
