// @ts-check
/** The head of the page: which lane, what it does, and how its time goes; the recording. */

import { fill, h } from "../shared/dom.js";
import { ask, text } from "./api.js";

const SPEEDS = [0.25, 0.5, 1, 2, 5, 10, 20];
const WIRED_MOST = 1;
const STEP_S = 0.1;

export class Top {
  /** @param {HTMLElement} root @param {import("../shared/api.js").FixedShown} lane @param {(words: string) => void} say */
  constructor(root, lane, say) {
    this.say = say;
    this.state = h("span.state");
    this.prompt = h("span.prompt");
    this.time = h("time.clock");
    this.pause = h("button.pause", { type: "button", onclick: () => ask("PUT", "pace", { paused: this.pause.dataset.paused !== "true" }) });
    this.speeds = SPEEDS.map((speed) => {
      const tooFast = lane.wired && speed > WIRED_MOST;
      const why = tooFast ? "real wires go no faster than real time" : `${speed} times real time`;
      return h("button.speed", { type: "button", disabled: tooFast, title: why, "data-speed": speed, onclick: () => ask("PUT", "pace", { speed, paused: false }) }, `×${speed}`);
    });
    this.recorded = h("span.recorded");
    const step = h("button", { type: "button", title: `Pause, and let ${STEP_S} s pass`, onclick: () => ask("PUT", "pace", { step_s: STEP_S }) }, "⏭ step");
    const wires = Object.entries(lane.wires).map(([name, where]) => `${name}: ${where}`).join(" · ");
    fill(
      root,
      h("h1", { title: wires }, lane.name),
      this.state,
      this.prompt,
      h("span.pace", { role: "group", "aria-label": "How time goes" }, this.pause, step, ...this.speeds),
      this.time,
      h("span.seed", {}, `seed ${lane.seed}`),
      h(
        "span.recording",
        { role: "group", "aria-label": "Recording" },
        this.recorded,
        h("button", { type: "button", onclick: () => ask("POST", "recording", { do: "begin" }) }, "● new"),
        h("button", { type: "button", onclick: () => ask("POST", "recording", { do: "replay" }) }, "⟲ replay"),
        h("button.copy", { type: "button", onclick: () => this.copy() }, "copy as scenario"),
      ),
    );
  }

  async copy() {
    const scenario = await text("scenario");
    try {
      await navigator.clipboard.writeText(scenario);
      this.say("Copied. Save it as a .toml file and try: egate scenario run FILE");
    } catch {
      this.offer(scenario);
    }
  }

  /** Where the browser gives no clipboard: a text to copy from. @param {string} scenario */
  offer(scenario) {
    const close = h("button", { type: "button", onclick: () => dialog.close() }, "Close");
    const dialog = h("dialog.scenario", { "aria-label": "The recording as a scenario" }, h("textarea", { readonly: true, rows: 24, cols: 80 }, scenario), close);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("textarea").select();
  }

  /** @param {import("../shared/api.js").NowShown} now */
  show(now) {
    const closed = now.lane.state === "closed";
    this.state.textContent = closed ? "closed" : now.lane.state.replace(/_/g, " ");
    this.state.classList.toggle("closed", closed);
    this.prompt.textContent = now.prompt.replace(/_/g, " ");
    this.time.textContent = `${now.at_s.toFixed(1)} s`;
    this.pause.textContent = now.paused ? "▶ go on" : "⏸ pause";
    this.pause.dataset.paused = String(now.paused);
    for (const button of this.speeds) button.setAttribute("aria-pressed", String(!now.paused && Number(button.dataset.speed) === now.speed));
    this.recorded.textContent = `recorded: ${now.recording.travellers} came, ${now.recording.events} done, ${now.recording.crossings} over`;
  }
}
