// @ts-check
/** One hint at a time, each long enough to be read. */

const HELD_MS = 1200;

export class Hint {
  /** @param {(key: string) => void} paint "" = no hint */
  constructor(paint) {
    this.paint = paint;
    this.key = "";
    this.next = "";
    this.since = -Infinity;
    this.timer = 0;
  }

  /** The newest wish wins, once the one shown has been there for HELD_MS. @param {string} key */
  want(key) {
    this.next = key;
    clearTimeout(this.timer);
    const left = this.key ? this.since + HELD_MS - performance.now() : 0;
    if (left > 0) this.timer = window.setTimeout(() => this.take(), left);
    else this.take();
  }

  take() {
    if (this.next === this.key) return;
    this.key = this.next;
    this.since = performance.now();
    this.paint(this.key);
  }

  /** In another language. */
  repaint() {
    this.paint(this.key);
  }
}
