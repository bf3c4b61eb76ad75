// @ts-check
/** The engineer's page: the gate from above, travellers to send, things to break, time to bend. */

import { byId, fill, h } from "../shared/dom.js";
import { Link } from "../shared/link.js";
import { ask, Mover, onRefusal } from "./api.js";
import { Course } from "./course.js";
import { Deck } from "./deck.js";
import { Faults } from "./faults.js";
import { FloorPlan } from "./floor.js";
import { Log } from "./log.js";
import { Mirror } from "./mirror.js";
import { Top } from "./top.js";

const TOAST_MS = 5000;

class Simulator {
  /** @param {import("../shared/api.js").SimulatorSnapshot} snapshot */
  constructor(snapshot) {
    const stage = byId("stage");
    this.chosen = "";
    /** @type {import("../shared/api.js").NowShown | null} */
    this.now = null;
    this.mover = new Mover();
    this.top = new Top(byId("top"), snapshot, say);
    this.deck = new Deck(byId("deck"), snapshot.deck);
    this.faults = new Faults(byId("faults"), snapshot.presets, snapshot.network);
    this.floor = new FloorPlan(snapshot.barriers_mm, (name, x_mm, y_mm) => this.mover.send(name, y_mm === undefined ? { x_mm } : { x_mm, y_mm }), (name) => this.choose(name));
    this.hand = h("div.hand", { role: "group", "aria-label": "Whom you have in hand" });
    stage.append(h("div.plan", {}, this.floor.element, this.hand));
    this.course = new Course(stage);
    this.log = new Log(stage);
    this.mirror = new Mirror(byId("mirror"));
    this.put();
    this.restore(snapshot);
    byId("sim").removeAttribute("aria-busy");
  }

  /** @param {import("../shared/api.js").SimulatorSnapshot} snapshot */
  restore(snapshot) {
    this.log.clear();
    this.course.ended = [];
    snapshot.lines.forEach((line) => this.log.add(line));
    snapshot.ended.forEach((ended) => this.course.add(ended));
    this.show(snapshot.now);
  }

  /** @param {import("../shared/api.js").NowShown} now */
  show(now) {
    this.now = now;
    this.top.show(now);
    this.floor.show(now.floor);
    this.course.show(now.lane);
    this.deck.show(now.waiting, now.traffic);
    this.faults.show(now.active, now.officer, now.network_cut);
    byId("sim").dataset.prompt = now.prompt;
    byId("sim").dataset.entry = now.floor.entry_permille;
    byId("sim").dataset.exit = now.floor.exit_permille;
    if (this.chosen && !now.floor.persons.some((person) => person.name === this.chosen)) this.choose("");
  }

  /** @param {string} name "" = nobody */
  choose(name) {
    if (name === this.chosen && name) return;
    this.chosen = name;
    this.floor.selected = name;
    this.put();
  }

  /** What can be done with whoever is in hand, and with the floor. */
  put() {
    const name = this.chosen;
    const person = this.now?.floor.persons.find((each) => each.name === name);
    const things = [h("button", { type: "button", onclick: () => ask("POST", "things", { kind: "bag", x_mm: 900 }) }, "put a bag"), h("button", { type: "button", onclick: () => ask("DELETE", "things") }, "take bags away")];
    const own = person?.by_hand
      ? [
          h("b", {}, name.replace(/_/g, " ")),
          h("button", { type: "button", onclick: () => ask("PUT", `persons/${name}/passport`, { passport: "lay" }) }, "lays the passport"),
          h("button", { type: "button", onclick: () => ask("PUT", `persons/${name}/passport`, { passport: "take" }) }, "takes it"),
          h("button", { type: "button", onclick: () => this.mover.settled.then(() => ask("DELETE", `persons/${name}`)) }, "goes home"),
        ]
      : [h("span.explain", {}, name ? `${name.replace(/_/g, " ")} goes by itself; you may still push` : "Drag anybody. Doors and walls hold.")];
    fill(this.hand, ...own, h("span.gap"), ...things);
  }
}

let toast = 0;

/** @param {string} words */
function say(words) {
  const element = byId("toast");
  element.textContent = words;
  element.classList.add("there");
  clearTimeout(toast);
  toast = window.setTimeout(() => element.classList.remove("there"), TOAST_MS);
}

function start() {
  /** @type {Simulator | null} */
  let simulator = null;
  onRefusal(say);
  const link = new Link("/sim/ws", {
    snapshot: (data) => {
      if (simulator) simulator.restore(data);
      else simulator = new Simulator(data);
    },
    event: (envelope) => {
      if (envelope.type === "now") simulator?.show(envelope.data);
      if (envelope.type === "line") simulator?.log.add(envelope.data);
      if (envelope.type === "ended") simulator?.course.add(envelope.data);
    },
    stale: (isStale) => (byId("gone").hidden = !isStale),
    build: (served) => {
      if (served !== new URL(import.meta.url).pathname.split("/")[2] && simulator) location.reload();
    },
  });
  return link;
}

if (document.getElementById("sim")) start();
