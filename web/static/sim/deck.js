// @ts-check
/** Who can be sent to the lane, and the traffic that comes by itself. */

import { h } from "../shared/dom.js";
import { ask } from "./api.js";

/** @typedef {import("../shared/api.js").Card} Card */

const GROUPS = [["clear", "Nothing amiss"], ["document", "Document"], ["register", "Register"], ["face", "Face"], ["behaviour", "Behaviour"]];

export class Deck {
  /** @param {HTMLElement} root @param {Card[]} cards */
  constructor(root, cards) {
    this.byHand = h("input", { type: "checkbox", id: "by-hand" });
    this.queue = h("p.queue", { role: "status" });
    this.rate = h("input", { type: "range", min: 0, max: 400, step: 20, id: "rate", oninput: () => this.say(), onchange: () => this.flow() });
    this.share = h("input", { type: "range", min: 0, max: 100, step: 10, id: "share", oninput: () => this.say(), onchange: () => this.flow() });
    this.rateSaid = h("output", { for: "rate" });
    this.shareSaid = h("output", { for: "share" });
    this.isHeld = false;
    const groups = GROUPS.map(([group, title]) => this.group(title, cards.filter((card) => card.group === group)));
    root.append(
      h("p.explain", {}, "A click sends one to the lane."),
      h("label.choice", { for: "by-hand" }, this.byHand, " I move this one by hand"),
      h("div.groups", {}, ...groups),
      this.queue,
      h(
        "fieldset.traffic",
        {},
        h("legend", {}, "Automatic traffic"),
        h("label", { for: "rate" }, "travellers an hour"), this.rate, this.rateSaid,
        h("label", { for: "share" }, "of them unusual"), this.share, this.shareSaid,
      ),
    );
  }

  /** @param {string} title @param {Card[]} cards */
  group(title, cards) {
    const buttons = cards.map((card) => h(`button.card.${card.group}`, { type: "button", "data-card": card.id, onclick: () => this.send(card) }, card.title));
    return h("div.group", {}, h("h3", {}, title), h("div.cards", {}, ...buttons));
  }

  /** @param {Card} card */
  send(card) {
    ask("POST", `travellers?by_hand=${this.byHand.checked}`, card.traveller);
  }

  flow() {
    ask("PUT", "traffic", { per_hour: Number(this.rate.value), unusual_percent: Number(this.share.value) });
  }

  say() {
    this.rateSaid.textContent = this.rate.value;
    this.shareSaid.textContent = `${this.share.value} %`;
  }

  /** @param {string[]} waiting @param {import("../shared/api.js").TrafficShown} traffic */
  show(waiting, traffic) {
    this.queue.textContent = waiting.length ? `${waiting.length} waiting` : "";
    if (document.activeElement !== this.rate) this.rate.value = String(traffic.per_hour);
    if (document.activeElement !== this.share) this.share.value = String(traffic.unusual_percent);
    this.say();
  }
}
