// @ts-check
/** What waits for a second person, and whether the officer at the post is still there. */

import { h, fill } from "../shared/dom.js";
import { ask } from "./api.js";
import { tried } from "./alarms.js";
import { actionWords, clock } from "./words.js";

const APPROVAL_S = 60;

export class Approvals {
  /** @param {import("./state.js").State} state */
  constructor(state) {
    this.state = state;
    this.element = h("div.approvals", { role: "region", "aria-label": "Waiting for you", "aria-live": "polite" });
    this.drawn = "";
  }

  draw() {
    const waiting = [...this.state.commands.values()].filter((each) => each.state === "waiting_for_approval");
    const silent = this.state.posts.some((post) => post.session === this.state.session?.id && post.silent);
    const results = [...this.state.sheets.values()].filter((sheet) => sheet.state === "closed" && sheet.handed_by === this.state.officer);
    const offers = [...this.state.handovers.values()].filter((each) => each.from_officer !== this.state.officer && this.state.may("supervise"));
    const key = JSON.stringify([waiting.map((each) => each.id), silent, results.map((each) => each.id), offers.map((each) => each.id), this.state.session?.state]);
    if (key !== this.drawn) {
      this.drawn = key;
      fill(
        this.element,
        ...waiting.map((each) => this.approval(each)),
        ...(this.state.session?.state === "active" ? results.map((sheet) => this.result(sheet)) : []),
        ...offers.map((offer) => h("div.notice", {}, `${offer.from_officer} hands the post over: `, h("button.primary", { type: "button", onclick: () => void tried(ask("POST", `/handovers/${offer.id}/accept`)) }, "Take over"))),
        silent ? h("div.notice.p2", {}, "Still here? ", h("button.primary", { type: "button", onclick: () => void tried(ask("POST", "/session/present")) }, "Yes, I am here")) : null,
      );
    }
    for (const left of this.element.querySelectorAll("[data-ends]")) {
      left.textContent = clock(Number(left.dataset.ends) - this.state.now());
    }
  }

  /** @param {any} each */
  approval(each) {
    const own = each.officer === this.state.officer;
    const answer = (/** @type {string} */ word) => () => void tried(ask("POST", `/approvals/${each.id}`, { answer: word }));
    return h(
      "div.notice.approval",
      {},
      h("strong", {}, `${actionWords(each.action)} · lane ${each.lane}`),
      ` ${each.officer}: ${each.reason} `,
      h("span", { "data-ends": each.ordered_at_s + APPROVAL_S }),
      own ? h("button", { type: "button", onclick: answer("decline") }, "Withdraw") : h("button.primary", { type: "button", onclick: answer("approve") }, "Approve"),
      own ? null : h("button", { type: "button", onclick: answer("decline") }, "Decline"),
    );
  }

  /** @param {any} sheet */
  result(sheet) {
    return h("div.notice", {}, h("strong", {}, `Desk: ${sheet.result.replaceAll("_", " ")}`), ` · lane ${sheet.lane}, ${sheet.words} ${sheet.result_note} `, h("button", { type: "button", onclick: () => void tried(ask("POST", `/sheets/${sheet.id}/seen`)) }, "Seen"));
  }
}
