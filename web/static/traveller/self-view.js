// @ts-check
/** The traveller's own picture, mirrored, with an oval. One picture in work at a time; while busy, newer ones are dropped. */

import { h } from "../shared/dom.js";

const WIDTH = 480;
const HEIGHT = 640;
const KEPT = 300;

export class SelfView {
  constructor() {
    this.canvas = h("canvas", { width: WIDTH, height: HEIGHT, "aria-hidden": "true" });
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    const oval = h(
      "svg.oval",
      { viewBox: "0 0 480 640", "aria-hidden": "true", preserveAspectRatio: "none" },
      h("path.outside", { d: "M0 0 H480 V640 H0 Z M405 310 A165 225 0 1 0 75 310 A165 225 0 1 0 405 310 Z", "fill-rule": "evenodd" }),
      h("ellipse", { cx: 240, cy: 310, rx: 165, ry: 225 }),
      h("path.tick", { d: "M196 560 L230 596 L292 528" }),
    );
    const up = h("svg.up", { viewBox: "0 0 100 60", "aria-hidden": "true" }, h("path", { d: "M50 6 L80 40 H62 V56 H38 V40 H20 Z" }));
    this.element = h("div.self-view", { hidden: true }, up, this.canvas, oval);
    this.busy = false;
    /** @type {number[]} */
    this.lags = [];
    this.painted = 0;
    this.dropped = 0;
  }

  /** @param {boolean} isWanted when not, the picture is gone at once @param {boolean} [isWell] nothing is wished of the traveller */
  show(isWanted, isWell = false) {
    this.element.hidden = !isWanted;
    this.element.classList.toggle("well", isWell);
    if (!isWanted) this.context.clearRect(0, 0, WIDTH, HEIGHT);
  }

  /** @param {ArrayBuffer} data 8 bytes: Unix time of the picture in ms; then a JPEG */
  async draw(data) {
    if (this.element.hidden || this.busy) {
      this.dropped += 1;
      return;
    }
    this.busy = true;
    try {
      const taken = new DataView(data).getFloat64(0);
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(data, 8)], { type: "image/jpeg" }));
      if (!this.element.hidden) this.paint(bitmap);
      bitmap.close();
      requestAnimationFrame(() => this.note(Date.now() - taken));
    } finally {
      this.busy = false;
    }
  }

  /** @param {ImageBitmap} bitmap */
  paint(bitmap) {
    this.context.setTransform(-1, 0, 0, 1, WIDTH, 0);
    this.context.drawImage(bitmap, 0, 0, WIDTH, HEIGHT);
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.painted += 1;
  }

  /** @param {number} lag_ms */
  note(lag_ms) {
    this.lags.push(lag_ms);
    if (this.lags.length > KEPT) this.lags.shift();
  }

  /** Lag from camera to glass, and how many. */
  figures() {
    const sorted = [...this.lags].sort((a, b) => a - b);
    const at = (/** @type {number} */ share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    return { pictures: this.painted, dropped: this.dropped, lag_p50_ms: at(0.5), lag_p95_ms: at(0.95) };
  }
}
