// @ts-check
/** The event log: newest at the end, following unless somebody scrolls back. */

import { h } from "../shared/dom.js";

const KEPT = 300;

/** @typedef {import("../shared/api.js").LineShown} Line */

export class Log {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.list = h("div.log", { tabindex: 0, role: "log", "aria-label": "Event log", "aria-live": "off" });
    root.append(this.list);
  }

  clear() {
    this.list.replaceChildren();
  }

  /** @param {Line} line */
  add(line) {
    const follows = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    this.list.append(h(`p.${line.who}`, {}, h("time", {}, line.at_s.toFixed(1)), h("span.from", {}, line.who), h("span.what", {}, line.what), h("span.facts", {}, line.facts)));
    while (this.list.children.length > KEPT) this.list.firstElementChild.remove();
    if (follows) this.list.scrollTop = this.list.scrollHeight;
  }
}
