// @ts-check
/** A bar while something ends, with words for the last ten seconds. */

import { h } from "../shared/dom.js";

const WORDS_FROM_S = 10;
const TICK_MS = 250;

export class Countdown {
  /** @param {(seconds: number) => string} say */
  constructor(say) {
    this.say = say;
    this.endsAt = 0;
    this.limitMs = 0;
    this.timer = 0;
    this.bar = h("span.left");
    this.words = h("p.time");
    this.element = h("div.countdown", { hidden: true }, h("div.bar", { "aria-hidden": "true" }, this.bar), this.words);
  }

  /** @param {number} limit_s 0 = nothing ends @param {number} [left_s] of it */
  start(limit_s, left_s = limit_s) {
    clearInterval(this.timer);
    this.element.hidden = limit_s <= 0;
    if (limit_s <= 0) return;
    this.limitMs = limit_s * 1000;
    this.endsAt = performance.now() + left_s * 1000;
    this.timer = window.setInterval(() => this.repaint(), TICK_MS);
    this.repaint();
  }

  repaint() {
    if (this.element.hidden) return;
    const left = Math.max(0, this.endsAt - performance.now());
    const seconds = Math.ceil(left / 1000);
    this.bar.style.transform = `scaleX(${Math.min(1, left / this.limitMs).toFixed(3)})`;
    this.words.textContent = seconds <= WORDS_FROM_S ? this.say(seconds) : "";
    if (left === 0) clearInterval(this.timer);
  }
}
