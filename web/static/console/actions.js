// @ts-check
/** What an officer may do with a lane: one button a thing, a key each, a reason where one is due. Nothing is shown as done before the lane says so. */

import { h, fill } from "../shared/dom.js";
import { ask, onceKey, Refused } from "./api.js";
import { question, say } from "./dialogs.js";
import { actionWords } from "./words.js";

/** @typedef {{name: string, key: string, needs: string, traveller: boolean, reasons?: [string, string][], danger?: boolean}} Action */

/** @type {[string, string][]} */
const REASONS_PASS = [["same_person", "Same person, seen by me"], ["appearance_changed", "Appearance has changed"], ["poor_picture", "Poor picture"]];
/** @type {[string, string][]} */
const REASONS_AWAY = [["face_unclear", "Face unclear"], ["document_unclear", "Document unclear"], ["needs_help", "Needs help"], ["not_alone", "Not alone"], ["behaviour", "Behaviour"], ["other", "Other, see note"]];
/** @type {[string, string][]} */
const REASONS_CLOSE = [["cleaning", "Cleaning"], ["low_traffic", "Little traffic"], ["staff", "Too few officers"], ["technical", "Technical"], ["other", "Other, see note"]];

/** @type {[string, string][]} */
const REASONS_ONWARD = [["unwell", "Unwell, help is on the state side"], ["way_back_blocked", "The way back is blocked"], ["danger", "Danger in the hall"], ["other", "Other, see note"]];

/** @type {Action[]} */
export const ACTIONS = [
  { name: "pass", key: "C", needs: "let_pass", traveller: true, reasons: REASONS_PASS, danger: true },
  { name: "retry", key: "T", needs: "supervise", traveller: true },
  { name: "hold", key: "H", needs: "supervise", traveller: true, reasons: REASONS_AWAY },
  { name: "refer", key: "D", needs: "send_back", traveller: true, reasons: REASONS_AWAY },
  { name: "send_back", key: "B", needs: "send_back", traveller: true, reasons: REASONS_AWAY },
  { name: "release_onward", key: "", needs: "release_all", traveller: true, reasons: REASONS_ONWARD, danger: true },
  { name: "open", key: "O", needs: "operate_lane", traveller: false },
  { name: "close_after_current", key: "X", needs: "operate_lane", traveller: false, reasons: REASONS_CLOSE },
  { name: "close_now", key: "Shift+X", needs: "operate_lane", traveller: false, reasons: REASONS_CLOSE, danger: true },
  { name: "enter_maintenance", key: "", needs: "maintain", traveller: false, reasons: REASONS_CLOSE },
  { name: "leave_maintenance", key: "", needs: "maintain", traveller: false, reasons: REASONS_CLOSE },
];

/** @type {Record<string, string>} */
const WHY = {
  moved_on: "The lane has moved on: look again.",
  nothing_to_decide: "The lane has nothing to decide now.",
  unknown_action: "This lane does not know that action.",
  no_more_tries: "The lane offers no further try: send the traveller to the desk.",
  no_answer: "The lane did not answer.",
  nobody_approved: "Nobody approved in time.",
  declined: "The second person declined.",
  console_restarted: "The console was restarted meanwhile.",
};

export class Actions {
  /** @param {import("./state.js").State} state @param {import("./compare.js").Compare} compare */
  constructor(state, compare) {
    this.state = state;
    this.compare = compare;
    this.lane = "";
    /** @type {Map<string, any>} */
    this.buttons = new Map();
    for (const action of ACTIONS) {
      const kind = action.traveller ? "traveller" : "whole";
      this.buttons.set(action.name, h(`button.action.${kind}.${action.name}`, { type: "button", onclick: () => this.start(action.name) }, h("span", {}, actionWords(action.name)), action.key ? h("kbd", {}, action.key) : null));
    }
    const release = h("button.action.release", { type: "button", onclick: () => this.release() }, h("span", {}, "Emergency release"), h("kbd", {}, "hold F9"));
    this.status = h("p.command-status", { role: "status" });
    this.element = h("div.actions", {}, h("div.action-group", {}, ...this.of(true)), h("div.action-group", {}, ...this.of(false), release), this.status);
  }

  /** @param {boolean} traveller */
  of(traveller) {
    return ACTIONS.filter((action) => action.traveller === traveller).map((action) => this.buttons.get(action.name));
  }

  /** @param {import("./state.js").Lane} lane @param {any} open the case that the lane asks about */
  draw(lane, open) {
    this.lane = lane.lane;
    const now = lane.now ?? {};
    const pending = [...this.state.commands.values()].find((each) => each.lane === lane.lane && each.state === "pending");
    for (const action of ACTIONS) {
      const button = this.buttons.get(action.name);
      button.hidden = !this.state.may(action.needs) || !this.state.covers(lane.lane) || isBeside(action.name, now.state);
      button.disabled = !lane.up || (action.traveller && !now.transaction) || isNotOffered(action.name, open);
      if (action.name === "pass") button.title = open?.desk_only ? "Cleared at the desk only" : "";
      button.classList.toggle("pending", pending?.action === action.name);
    }
    this.drawStatus(lane.lane);
  }

  /** @param {string} lane */
  drawStatus(lane) {
    const own = [...this.state.commands.values()].filter((each) => each.lane === lane).sort((a, b) => b.ordered_at_s - a.ordered_at_s)[0];
    if (!own || this.state.now() - own.ordered_at_s > 20) {
      fill(this.status);
      return;
    }
    const words = { pending: "asked …", done: "the lane has taken it", waiting_for_approval: "waits for a second person", expired: "expired", lost: "no answer", refused: "refused" };
    fill(this.status, `${actionWords(own.action)}: ${words[/** @type {keyof typeof words} */ (own.state)]}`, own.why ? `. ${WHY[own.why] ?? own.why}` : "");
  }

  /** @param {string} name */
  async start(name) {
    const action = ACTIONS.find((each) => each.name === name);
    const lane = this.state.lanes.get(this.lane);
    const button = this.buttons.get(name);
    if (!action || !lane || button.hidden || button.disabled) return;
    const seen = { transaction_id: action.traveller ? lane.now.transaction : "", rev: lane.now.rev, looked_ms: this.compare.lookedMs };
    let answer = /** @type {Record<string, string> | null} */ ({});
    if (action.reasons) {
      answer = await question({
        title: `${actionWords(name)} · lane ${this.lane}`,
        fields: [
          { name: "reason", label: "Reason", kind: "choice", options: action.reasons, required: true },
          { name: "note", label: "Note (optional, no names)", max: 240 },
        ],
        confirm: actionWords(name),
        danger: action.danger,
      });
    }
    if (answer) await this.send(name, { ...seen, reason_code: answer.reason ?? "", note: answer.note ?? "" });
  }

  /** @param {string} command @param {any} seen */
  async send(command, seen) {
    const current = this.state.lanes.get(this.lane)?.now;
    const isSame = current && current.transaction === (seen.transaction_id || current.transaction);
    const body = { command, ...seen, looked_ms: Math.max(seen.looked_ms, isSame ? this.compare.lookedMs : 0) };
    try {
      const ordered = await ask("POST", `/lanes/${encodeURIComponent(this.lane)}/commands`, body, { "Idempotency-Key": onceKey() });
      if (ordered.state === "waiting_for_approval") say("A second person must approve within a minute.");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(error.message, true);
    }
  }

  /** Out of the lane, back to the hall. Never behind a second person, also on a locked screen. */
  async release() {
    if (this.lane) await releaseLanes(this.lane);
  }
}

/** What only answers a case, and not every one. @param {string} action @param {any} open the case that the lane asks about */
function isNotOffered(action, open) {
  if (action === "pass") return open?.asks !== "decide" || open.desk_only;
  return action === "retry" && (open?.asks !== "decide" || !open.may_retry);
}

/** Of the two that begin and end maintenance only one can be meant. @param {string} action @param {string} state */
function isBeside(action, state) {
  return action === (state === "maintenance" ? "enter_maintenance" : "leave_maintenance");
}

/** @param {string} lane "" = all lanes, a supervisor's */
export async function releaseLanes(lane) {
  try {
    await ask("POST", "/emergency", { lane });
    say(lane ? `Lane ${lane}: released to the hall.` : "All lanes: released to the hall.");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    say(error.message, true);
  }
}
