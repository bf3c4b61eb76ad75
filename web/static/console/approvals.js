// @ts-check
/** What waits for a second person, and whether the officer at the post is still there. */

import { h } from "../shared/dom.js";
import { keyed } from "../shared/store.js";
import { ask } from "./api.js";
import { tried } from "./alarms.js";
import { actionWords, clock } from "./words.js";

const APPROVAL_S = 60;

export class Approvals {
  /** @param {import("./state.js").State} state */
  constructor(state) {
    this.state = state;
    this.element = h("div.approvals", { role: "region", "aria-label": "Waiting for you", "aria-live": "polite" });
  }

  draw() {
    const waiting = [...this.state.commands.values()].filter((each) => each.state === "waiting_for_approval");
    const silent = this.state.posts.some((post) => post.session === this.state.session?.id && post.silent);
    const results = [...this.state.sheets.values()].filter((sheet) => sheet.state === "closed" && sheet.handed_by === this.state.officer);
    const offers = [...this.state.handovers.values()].filter((each) => each.from_officer !== this.state.officer && this.state.may("supervise"));
    /** @type {[string, () => Element][]} */
    const notices = [
      ...waiting.map((each) => /** @type {[string, () => Element]} */ ([each.id, () => this.approval(each)])),
      ...(this.state.session?.state === "active" ? results : []).map((sheet) => /** @type {[string, () => Element]} */ ([sheet.id, () => this.result(sheet)])),
      ...offers.map((offer) => /** @type {[string, () => Element]} */ ([offer.id, () => this.offer(offer)])),
    ];
    if (silent) notices.push(["silent", () => this.stillHere()]);
    keyed(this.element, this.inPlace(notices), ([key]) => key, ([, make]) => make(), () => undefined);
    for (const left of this.element.querySelectorAll("[data-ends]")) {
      left.textContent = clock(Number(left.dataset.ends) - this.state.now());
    }
  }

  /**
   * The stack stands on the window's lower edge: what is new comes on top, and nothing moves that somebody is about to press.
   * @param {[string, () => Element][]} notices
   */
  inPlace(notices) {
    const standing = [...this.element.children].map((/** @type {any} */ child) => child.dataset.key);
    return [...notices].sort(([a], [b]) => standing.indexOf(a) - standing.indexOf(b));
  }

  /** @param {any} offer */
  offer(offer) {
    return h("div.notice", {}, `${offer.from_officer} hands the post over: `, h("button.primary", { type: "button", onclick: () => void tried(ask("POST", `/handovers/${offer.id}/accept`)) }, "Take over"));
  }

  stillHere() {
    return h("div.notice.p2", {}, "Still here? ", h("button.primary", { type: "button", onclick: () => void tried(ask("POST", "/session/present")) }, "Yes, I am here"));
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
