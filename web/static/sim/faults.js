// @ts-check
/** What can be broken: on until it is switched off, for some seconds, or at a moment of the crossing. */

import { h } from "../shared/dom.js";
import { keyed } from "../shared/store.js";
import { ask } from "./api.js";

/** @typedef {import("../shared/api.js").Preset} Preset */
/** @typedef {import("../shared/api.js").ActiveShown} Active */

const MOMENTS = [["", "now"], ["page_laid", "page laid"], ["entering", "entering"], ["inside", "inside, doors shut"], ["examined", "face examined"], ["decided", "decided"], ["exit_opening", "exit opens"], ["passing", "walking out"], ["sealed", "crossing over"]];
const LASTS = [["0", "until switched off"], ["2", "for 2 s"], ["5", "for 5 s"], ["15", "for 15 s"], ["60", "for 60 s"]];

export class Faults {
  /** @param {HTMLElement} root @param {Preset[]} presets @param {boolean} hasNetwork */
  constructor(root, presets, hasNetwork) {
    this.moment = choice("moment", MOMENTS);
    this.lasts = choice("lasts", LASTS);
    this.running = h("ul.active", { "aria-label": "What is broken now" });
    this.nothing = h("p.explain", {}, "Nothing is broken.");
    this.network = h("button.preset", { type: "button", "aria-pressed": "false", onclick: () => ask("PUT", "network", { cut: this.network.getAttribute("aria-pressed") !== "true" }) }, "network cut");
    this.officer = h("button.preset", { type: "button", onclick: () => this.sign() }, "officer signed in");
    /** @type {Map<string, {button: HTMLElement, id: string}>} */
    this.buttons = new Map();
    const groups = [...new Set(presets.map((preset) => preset.group))];
    root.append(
      h("div.when", {}, h("label", { for: "moment" }, "at"), this.moment, h("label", { for: "lasts" }, "lasts"), this.lasts),
      this.nothing,
      this.running,
      ...groups.map((group) => this.group(group, presets.filter((preset) => preset.group === group), hasNetwork)),
      h("div.group.officer", {}, h("h3", {}, "The simulated officer"), h("div.presets", {}, this.officer, this.act("send_back", "sends back"), this.act("hold", "holds"))),
    );
  }

  /** @param {string} title @param {Preset[]} presets @param {boolean} hasNetwork */
  group(title, presets, hasNetwork) {
    const buttons = presets.map((preset) => this.button(preset));
    if (title === "Register" && hasNetwork) buttons.push(this.network);
    return h("div.group", {}, h("h3", {}, title), h("div.presets", {}, ...buttons));
  }

  /** @param {Preset} preset */
  button(preset) {
    const pressed = preset.once ? {} : { "aria-pressed": "false" };
    const button = h(`button.preset${preset.once ? ".once" : ""}`, { type: "button", ...pressed, "data-preset": preset.id, title: preset.words, onclick: () => this.press(preset) }, preset.title);
    this.buttons.set(preset.id, { button, id: "" });
    return button;
  }

  /** @param {Preset} preset */
  async press(preset) {
    const held = this.buttons.get(preset.id);
    if (!held) return;
    if (held.id) {
      await ask("DELETE", `active/${held.id}`);
      return;
    }
    const words = `?words=${encodeURIComponent(`${preset.group}: ${preset.title}`)}`;
    const said = preset.fault ? await ask("POST", `faults${words}`, preset.fault) : await ask("POST", `events${words}`, this.event(preset));
    if (said && !preset.once) held.id = said.id;
  }

  /** @param {Preset} preset */
  event(preset) {
    const moment = this.moment.value ? { when: this.moment.value } : {};
    const lasts_s = Number(this.lasts.value);
    return { ...preset.event, ...moment, ...(lasts_s && !preset.once ? { lasts_s } : {}) };
  }

  /** @param {string} does @param {string} title */
  act(does, title) {
    return h("button.preset.once", { type: "button", onclick: () => ask("POST", "officer", { does }) }, title);
  }

  sign() {
    ask("POST", "officer", { signs: this.officer.getAttribute("aria-pressed") === "true" ? "out" : "in" });
  }

  /** @param {Active[]} active @param {boolean} officer @param {boolean} cut */
  show(active, officer, cut) {
    const ids = new Set(active.map((each) => each.id));
    for (const held of this.buttons.values()) {
      if (held.id && !ids.has(held.id)) held.id = "";
      if (held.button.hasAttribute("aria-pressed")) held.button.setAttribute("aria-pressed", String(Boolean(held.id)));
    }
    this.officer.setAttribute("aria-pressed", String(officer));
    this.network.setAttribute("aria-pressed", String(cut));
    this.nothing.hidden = active.length > 0 || cut;
    keyed(this.running, active, (each) => each.id, (each) => this.row(each), (element, each) => element.classList.toggle("waits", !each.on));
  }

  /** @param {Active} each */
  row(each) {
    return h("li", {}, h("span", {}, each.words), h("button", { type: "button", "aria-label": `switch off: ${each.words}`, onclick: () => ask("DELETE", `active/${each.id}`) }, "✕"));
  }
}

/** @param {string} id @param {string[][]} options */
function choice(id, options) {
  return h("select", { id }, ...options.map(([value, words]) => h("option", { value }, words)));
}
