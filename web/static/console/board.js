// @ts-check
/** Levels 1 and 2: every lane as a card with its gate drawn live. Grey when all is well. */

import { h, fill } from "../shared/dom.js";
import { GatePlan } from "../shared/gate-plan.js";
import { keyed } from "../shared/store.js";
import { seconds, stateWords, stepWords } from "./words.js";

const STEPS = ["document", "register", "passport_taken", "admission", "face", "decision", "release"];
const TARGET_MS = 20000;
const BODY_SPACE_MM = 420;
const byName = new Intl.Collator("en", { numeric: true }).compare;
export const MARKS = ["", "▲", "◆", "●"];

/** Where the people counter's people stand, for the drawing: it knows how many, not where. @param {any} doors */
export function drawn(doors) {
  const count = Math.min(4, doors?.persons ?? 0);
  const persons = Array.from({ length: count }, (_, index) => ({ x_mm: 900 + (index - (count - 1) / 2) * BODY_SPACE_MM }));
  return {
    entry_permille: doors?.entry_permille ?? 0,
    exit_permille: doors?.exit_permille ?? 0,
    persons,
    alarm: Boolean(doors?.emergency || doors?.fault),
  };
}

export class Board {
  /** @param {import("./state.js").State} state @param {(lane: string) => void} open */
  constructor(state, open) {
    this.state = state;
    this.open = open;
    this.element = h("section.board", { "aria-label": "Lanes" });
    /** @type {WeakMap<Element, GatePlan>} */
    this.plans = new WeakMap();
    /** @type {Map<string, any>} */
    this.cards = new Map();
    /** @type {WeakMap<Element, unknown[]>} what each card was last drawn from */
    this.drawn = new WeakMap();
    /** @type {any[]} */
    this.alarms = [];
    /** @type {Set<string>} */
    this.asked = new Set();
    this.selected = "";
  }

  /** Only cards whose lane, alarm or case has changed are touched. */
  draw() {
    this.alarms = this.state.alarmList.filter((alarm) => alarm.state !== "shelved");
    this.asked = new Set(this.state.queue.map((each) => each.lane));
    const lanes = [...this.state.lanes.values()].sort((a, b) => byName(a.lane, b.lane));
    this.element.dataset.size = lanes.length > 16 ? "tiles" : lanes.length > 8 ? "compact" : "full";
    keyed(this.element, lanes, (lane) => lane.lane, (lane) => this.make(lane), (card, lane) => this.update(card, lane));
    [...this.element.children].forEach((card, index) => {
      const number = card.querySelector(".number");
      const text = index < 9 ? String(index + 1) : "";
      if (number && number.textContent !== text) number.textContent = text;
    });
  }

  /** @param {import("./state.js").Lane} lane */
  make(lane) {
    const plan = new GatePlan({ label: `Gate of lane ${lane.lane} from above` });
    const card = h(
      "button.lane",
      { type: "button", onclick: () => this.open(lane.lane) },
      h("span.lane-head", {}, h("kbd.number", { "aria-hidden": "true" }), h("span.name", {}, lane.lane), h("span.badge"), h("span.clock")),
      plan.element,
      h("span.doing"),
      h("span.segments", { "aria-hidden": "true" }, ...STEPS.map((step) => h("i", { "data-step": step }))),
    );
    this.plans.set(card, plan);
    this.cards.set(lane.lane, card);
    return card;
  }

  /** Doors have moved, and nothing else has been told. @param {Set<string>} names */
  move(names) {
    for (const name of names) {
      const lane = this.state.lanes.get(name);
      const card = this.cards.get(name);
      if (!lane || !card) continue;
      if (this.drawn.get(card)?.[4] === worry(lane.doors)) this.plans.get(card)?.show(drawn(lane.doors));
      else this.update(card, lane);
    }
  }

  /** @param {any} card @param {import("./state.js").Lane} lane */
  update(card, lane) {
    const alarm = this.alarms.find((each) => each.lanes.includes(lane.lane));
    const asked = this.asked.has(lane.lane);
    const from = [lane, alarm, asked, lane.lane === this.selected, worry(lane.doors)];
    const before = this.drawn.get(card);
    if (before && from.every((value, index) => value === before[index])) {
      this.plans.get(card)?.show(drawn(lane.doors));
      return;
    }
    this.drawn.set(card, from);
    const now = lane.now;
    const isOut = !lane.up || !now || now.state !== "in_service";
    card.className = `lane${alarm ? ` p${alarm.priority} ${alarm.state}` : ""}${isOut ? " out" : ""}${lane.up ? "" : " lost"}`;
    card.classList.toggle("selected", lane.lane === this.selected);
    card.setAttribute("aria-pressed", String(lane.lane === this.selected));
    this.plans.get(card)?.show(drawn(lane.doors));
    const elapsed = now?.transaction ? now.elapsed_ms : 0;
    const clock = card.querySelector(".clock");
    clock.textContent = !lane.up ? "no word" : elapsed ? seconds(elapsed) : "";
    clock.classList.toggle("over", elapsed > TARGET_MS);
    fill(card.querySelector(".badge"), alarm ? `${MARKS[alarm.priority]}${alarm.priority}` : "");
    fill(card.querySelector(".doing"), alarm ? alarm.words : asked ? "An officer is asked" : doing(lane));
    this.segments(card, now);
    card.setAttribute("aria-label", label(lane, alarm));
  }

  /** @param {any} card @param {any} now */
  segments(card, now) {
    const steps = new Map((now?.steps ?? []).map((/** @type {any} */ step) => [step.name, step]));
    for (const segment of card.querySelectorAll(".segments i")) {
      const step = steps.get(segment.dataset.step);
      segment.className = !step ? "" : step.state + (step.limit_ms && step.ms > 0.8 * step.limit_ms ? " near" : "");
    }
  }
}

/** What of the doors is said in words too. @param {any} doors */
function worry(doors) {
  return `${doors?.persons} ${doors?.emergency} ${doors?.fault}`;
}

/** @param {import("./state.js").Lane} lane */
export function doing(lane) {
  if (!lane.up) return "Does not answer";
  if (!lane.now) return "Starting";
  if (lane.now.state !== "in_service" && !lane.now.transaction) return `${stateWords(lane.now.state)}: ${lane.now.why_closed || "by command"}`;
  if (lane.now.step) return stepWords(lane.now.step);
  return lane.now.modes.length ? `Ready, ${lane.now.modes.join(", ").replaceAll("_", " ")}` : stateWords(lane.now.state);
}

/** @param {import("./state.js").Lane} lane @param {any} alarm */
function label(lane, alarm) {
  const inside = lane.doors?.persons;
  const people = inside === null || inside === undefined ? "people unknown" : `${inside} inside`;
  const worry = alarm ? `, priority ${alarm.priority}: ${alarm.words}` : "";
  return `Lane ${lane.lane}: ${doing(lane)}, ${people}${worry}`;
}
