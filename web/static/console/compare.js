// @ts-check
/** Two portraits at the same scale: side by side, with a slider, or blinking. Nothing biographic beside them. */

import { h } from "../shared/dom.js";
import { ask, Refused } from "./api.js";
import { say } from "./dialogs.js";

export const MODES = ["side by side", "slider", "blink"];
const BLINK_MS = 700;
const CHANNELS = ["live", "record", "page", "view"];
const NAMES = { live: "Gate camera", record: "Record (visa)", page: "Passport page", view: "Lane camera now" };

export class Compare {
  /** @param {import("./state.js").State} state */
  constructor(state) {
    this.state = state;
    this.lane = "";
    this.transaction = "";
    this.mode = MODES[0];
    this.looksSince = 0;
    this.decideFirst = false;
    this.judged = "";
    /** @type {Record<string, HTMLCanvasElement>} */
    this.canvases = {};
    /** @type {Map<string, {transaction: string, data: ArrayBuffer}>} by channel: pictures that came before the word of whose they are */
    this.early = new Map();
    const figures = CHANNELS.map((channel) => this.figure(channel));
    this.slider = h("input.slider", { type: "range", min: 0, max: 100, value: 50, "aria-label": "Slide between live and record", hidden: true });
    this.slider.addEventListener("input", () => this.arrange());
    this.buttons = MODES.map((mode) => h("button", { type: "button", "aria-pressed": String(mode === this.mode), onclick: () => this.setMode(mode) }, mode));
    this.first = h("input", { type: "checkbox", id: "decide-first" });
    this.first.addEventListener("change", () => this.setDecideFirst(this.first.checked));
    this.judge = h("div.judge", { hidden: true }, h("span", {}, "The same person?"), ...["same", "different", "unsure"].map((each) => h("button", { type: "button", onclick: () => this.tell(each) }, each)));
    this.pair = h("div.pair", {}, figures[0], figures[1]);
    this.element = h(
      "div.compare",
      {},
      h("div.faces", {}, this.pair, h("div.others", {}, figures[2], figures[3])),
      h("div.modes", { role: "group", "aria-label": "Comparison" }, ...this.buttons, this.slider, h("span.spacer"), this.first, h("label", { for: "decide-first" }, "decide first, then the score")),
      this.judge,
    );
    state.every(BLINK_MS, () => this.blink());
  }

  /** @param {string} channel */
  figure(channel) {
    const canvas = h("canvas", { width: 300, height: 400, role: "img", "aria-label": NAMES[/** @type {keyof typeof NAMES} */ (channel)] });
    this.canvases[channel] = canvas;
    const figure = h(`figure.face-${channel}`, {}, canvas, h("figcaption", {}, NAMES[/** @type {keyof typeof NAMES} */ (channel)]));
    return figure;
  }

  /** @param {string} lane */
  open(lane) {
    this.lane = lane;
    this.transaction = "";
    this.early.clear();
    this.clear();
  }

  /** @param {string} transaction */
  draw(transaction) {
    if (transaction === this.transaction) return;
    this.transaction = transaction;
    this.judged = "";
    this.clear();
    this.showJudge();
    for (const { transaction: whose, data } of this.early.values()) if (whose === transaction) void this.picture(data);
    this.early.clear();
  }

  clear() {
    this.looksSince = 0;
    for (const canvas of Object.values(this.canvases)) {
      canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
      canvas.classList.add("empty");
    }
  }

  /** A picture of the socket: two bytes of length, "lane|channel|transaction|ms", JPEG. @param {ArrayBuffer} data */
  async picture(data) {
    const size = new DataView(data).getUint16(0);
    const [lane, channel, transaction] = new TextDecoder().decode(data.slice(2, 2 + size)).split("|");
    const canvas = this.canvases[channel];
    if (!canvas || lane !== this.lane) return;
    if (transaction !== this.transaction) {
      this.early.set(channel, { transaction, data });
      return;
    }
    const bitmap = await createImageBitmap(new Blob([data.slice(2 + size)], { type: "image/jpeg" }));
    if (transaction === this.transaction) {
      if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
      canvas.classList.remove("empty");
      if (channel === "live" || channel === "view") this.looksSince ||= performance.now();
    }
    bitmap.close();
  }

  /** How long a live picture of this traveller has been in sight. */
  get lookedMs() {
    return this.looksSince ? Math.round(performance.now() - this.looksSince) : 0;
  }

  /** @param {string} mode */
  setMode(mode) {
    this.mode = mode;
    this.buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(MODES[index] === mode)));
    this.slider.hidden = mode !== "slider";
    this.pair.dataset.mode = mode;
    this.arrange();
  }

  nextMode() {
    this.setMode(MODES[(MODES.indexOf(this.mode) + 1) % MODES.length]);
  }

  arrange() {
    const figure = this.canvases.record.parentElement;
    const cut = this.mode === "slider" ? `inset(0 0 0 ${this.slider.value}%)` : "none";
    if (figure) figure.style.clipPath = cut;
  }

  blink() {
    if (this.mode !== "blink" || this.element.offsetParent === null) return;
    this.pair.classList.toggle("second");
  }

  // --- decide first, then see the score --------------------------------------------------------------------

  /** @param {boolean} on */
  setDecideFirst(on) {
    this.decideFirst = on;
    this.showJudge();
    this.state.changed();
  }

  get isHiding() {
    return this.decideFirst && !this.judged && Boolean(this.transaction);
  }

  showJudge() {
    this.judge.hidden = !this.isHiding;
  }

  /** @param {string} judged */
  async tell(judged) {
    try {
      await ask("POST", "/comparisons", { lane: this.lane, transaction_id: this.transaction, judged, took_ms: this.lookedMs });
      this.judged = judged;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(error.message, true);
    }
    this.showJudge();
    this.state.changed();
  }
}
