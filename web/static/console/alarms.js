// @ts-check
/** The alarm list, why an alarm is there and what to do, and the exception queue. */

import { h, fill } from "../shared/dom.js";
import { keyed } from "../shared/store.js";
import { ask, Refused } from "./api.js";
import { MARKS } from "./board.js";
import { question, say } from "./dialogs.js";
import { clock, plain, timeOfDay } from "./words.js";

/** A press this soon after the list has moved was meant for what stood there before. */
const SETTLED_MS = 300;

export class Alarms {
  /** @param {import("./state.js").State} state @param {(lane: string) => void} open */
  constructor(state, open) {
    this.state = state;
    this.open = open;
    this.selected = "";
    /** @type {Map<Element, {order: string[], movedAt: number}>} */
    this.moves = new Map();
    this.count = h("h2", {}, "Alarms");
    this.list = h("ul.alarm-list");
    this.why = h("section.why", { hidden: true, "aria-label": "Why, and what to do" });
    this.queueCount = h("h2", {}, "Cases");
    this.queue = h("ul.case-list");
    this.element = h("aside.alarms", { "aria-label": "Alarms and cases" }, this.queueCount, this.queue, this.count, this.list, this.why);
  }

  draw() {
    const alarms = this.state.alarmList;
    const unacked = alarms.filter((alarm) => alarm.state === "unacknowledged" || alarm.state === "returned").length;
    this.count.textContent = alarms.length ? `Alarms · ${alarms.length} open, ${unacked} unacknowledged` : "Alarms · none";
    keyed(this.list, alarms, (alarm) => alarm.id, (alarm) => this.makeAlarm(alarm), (row, alarm) => this.updateAlarm(row, alarm));
    const cases = this.state.queue;
    this.queueCount.textContent = cases.length ? `Cases · ${cases.length} waiting` : "Cases · none";
    keyed(this.queue, cases, (each) => each.id, (each) => this.makeCase(each), (row, each) => this.updateCase(row, each));
    this.watchMoves(this.list, alarms);
    this.watchMoves(this.queue, cases);
    this.drawWhy(this.state.alarms.get(this.selected));
  }

  /** Whether a row that was there already stands at another place now. @param {Element} list @param {any[]} rows */
  watchMoves(list, rows) {
    const order = rows.map((row) => row.id);
    const known = this.moves.get(list);
    const isMoved = known?.order.some((id, index) => order[index] !== id && order.includes(id)) ?? false;
    this.moves.set(list, { order, movedAt: isMoved ? performance.now() : (known?.movedAt ?? -Infinity) });
  }

  /** Keys choose a row and not a place: only a pointer can miss. @param {Element} list @param {() => void} act */
  aimed(list, act) {
    return (/** @type {MouseEvent} */ event) => {
      const since = performance.now() - (this.moves.get(list)?.movedAt ?? -Infinity);
      if (event.detail > 0 && since < SETTLED_MS) say("The list has just moved: press again.", true);
      else act();
    };
  }

  /** @param {any} alarm */
  makeAlarm(alarm) {
    const choose = h("button.alarm-main", { type: "button", onclick: () => this.select(alarm.id) }, h("span.alarm-mark"), h("span.alarm-words"), h("span.alarm-state"));
    const ack = h("button.ack", { type: "button", onclick: this.aimed(this.list, () => void this.act(alarm.id, "ack")) }, "Ack");
    return h("li", {}, choose, ack);
  }

  /** @param {any} row @param {any} alarm */
  updateAlarm(row, alarm) {
    row.className = `p${alarm.priority} ${alarm.state}${alarm.id === this.selected ? " selected" : ""}`;
    const where = alarm.lanes.length > 3 ? `${alarm.lanes.length} lanes` : alarm.lanes.join(", ");
    fill(row.querySelector(".alarm-mark"), `${MARKS[alarm.priority]}${alarm.priority}`);
    fill(row.querySelector(".alarm-words"), where ? h("strong", {}, where) : "", where ? " " : "", alarm.words, alarm.first_out ? h("em", {}, " first of many") : "");
    fill(row.querySelector(".alarm-state"), this.stateLine(alarm));
    const ack = row.querySelector(".ack");
    ack.hidden = !this.state.may("supervise") || !(alarm.state === "unacknowledged" || alarm.state === "returned");
    ack.setAttribute("aria-label", `Acknowledge: ${alarm.words} ${where}`);
    const blocked = alarm.ack_when_over && alarm.active && alarm.claimed_by !== this.state.officer;
    ack.textContent = blocked ? "Take over" : "Ack";
  }

  /** @param {any} alarm */
  stateLine(alarm) {
    const age = clock(this.state.now() - alarm.raised_at_s);
    if (alarm.ends_at_s && alarm.active) return `lapses in ${clock(alarm.ends_at_s - this.state.now())}`;
    if (alarm.state === "acknowledged") return `${age} · ack ${alarm.acknowledged_by === this.state.officer ? "you" : alarm.acknowledged_by}`;
    if (alarm.state === "returned") return `${age} · over, not acknowledged`;
    if (alarm.state === "shelved") return `shelved until ${timeOfDay(alarm.shelved_until_s)}`;
    return alarm.claimed_by ? `${age} · taken over by ${alarm.claimed_by === this.state.officer ? "you" : alarm.claimed_by}` : age;
  }

  /** @param {any} each */
  makeCase(each) {
    const open = h("button.case-main", { type: "button", onclick: () => this.open(each.lane) }, h("span.alarm-mark"), h("span.case-words"), h("span.alarm-state"));
    return h("li", {}, open, h("button.claim", { type: "button", onclick: this.aimed(this.queue, () => void this.claimCase(each.id, each.lane)) }, "Claim"));
  }

  /** @param {any} row @param {any} each */
  updateCase(row, each) {
    row.className = `case p${each.priority}${each.escalated ? " escalated" : ""}`;
    const left = each.ends_at_s ? clock(each.ends_at_s - this.state.now()) : clock(this.state.now() - each.opened_at_s);
    fill(row.querySelector(".alarm-mark"), MARKS[each.priority]);
    fill(row.querySelector(".case-words"), h("strong", {}, each.lane), " ", each.words);
    fill(row.querySelector(".alarm-state"), `${left}${each.ends_at_s ? " left" : ""}${each.escalated ? " · escalated" : ""}${each.claimed_by ? ` · ${each.claimed_by === this.state.officer ? "yours" : each.claimed_by}` : ""}`);
    row.querySelector(".claim").hidden = !this.state.may("supervise") || (each.claimed_by && !this.state.may("shelve")) || each.claimed_by === this.state.officer;
  }

  /** @param {any} alarm */
  drawWhy(alarm) {
    this.why.hidden = !alarm;
    if (!alarm) return;
    const facts = Object.entries(alarm.why).flatMap(([name, value]) => [h("dt", {}, plain(name)), h("dd", {}, String(value))]);
    const key = `${alarm.id}-${alarm.state}-${alarm.claimed_by}-${alarm.raised_at_s}`;
    if (this.why.dataset.key === key) return;
    this.why.dataset.key = key;
    fill(
      this.why,
      h("h3", {}, "What to do"),
      h("ol", {}, ...alarm.procedure.map((/** @type {string} */ step) => h("li", {}, step))),
      h("h3", {}, "Why it is there"),
      h("dl", {}, h("dt", {}, "Since"), h("dd", {}, timeOfDay(alarm.raised_at_s)), ...facts),
      h(
        "div.why-buttons",
        {},
        alarm.lanes[0] ? h("button", { type: "button", onclick: () => this.open(alarm.lanes[0]) }, "Show lane") : null,
        this.state.may("supervise") && alarm.claimed_by !== this.state.officer ? h("button", { type: "button", onclick: () => this.act(alarm.id, "claim") }, "Take over") : null,
        this.state.may("shelve") && alarm.may_be_shelved && alarm.active ? h("button", { type: "button", onclick: () => this.shelve(alarm.id) }, "Shelve …") : null,
      ),
    );
  }

  /** @param {string} id */
  select(id) {
    this.selected = this.selected === id ? "" : id;
    this.why.dataset.key = "";
    this.draw();
  }

  /** @param {number} by */
  move(by) {
    const list = this.state.alarmList;
    if (!list.length) return;
    const at = list.findIndex((alarm) => alarm.id === this.selected);
    this.selected = list[Math.max(0, Math.min(list.length - 1, at + by))].id;
    this.why.dataset.key = "";
    this.draw();
    this.list.querySelector(".selected .alarm-main")?.focus();
  }

  /** The chosen one, else the first that waits. */
  async acknowledge() {
    const chosen = this.state.alarms.get(this.selected);
    const waiting = this.state.alarmList.find((alarm) => alarm.state === "unacknowledged" || alarm.state === "returned");
    const alarm = chosen && chosen.state !== "acknowledged" ? chosen : waiting;
    if (alarm) await this.act(alarm.id, "ack");
  }

  /** @param {string} id @param {"ack" | "claim"} what */
  async act(id, what) {
    const alarm = this.state.alarms.get(id);
    const blocked = alarm?.ack_when_over && alarm.active && alarm.claimed_by !== this.state.officer;
    await tried(ask("POST", `/alarms/${id}/${what === "ack" && blocked ? "claim" : what}`));
  }

  /** @param {string} id */
  async shelve(id) {
    const answer = await question({
      title: "Shelve this alarm",
      text: "It comes back by itself.",
      fields: [
        { name: "minutes", label: "For how long", kind: "choice", options: [["5", "5 minutes"], ["10", "10 minutes"], ["30", "30 minutes"]] },
        { name: "reason", label: "Reason", required: true },
      ],
      confirm: "Shelve",
    });
    if (answer) await tried(ask("POST", `/alarms/${id}/shelve`, { minutes: Number(answer.minutes), reason: answer.reason }));
  }

  shelveSelected() {
    if (this.selected && this.state.may("shelve")) void this.shelve(this.selected);
  }

  /** @param {string} id @param {string} lane */
  async claimCase(id, lane) {
    await tried(ask("POST", `/cases/${id}/claim`));
    this.open(lane);
  }
}

/** @param {Promise<any>} asking */
export async function tried(asking) {
  try {
    return await asking;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    say(error.message, true);
    return null;
  }
}
