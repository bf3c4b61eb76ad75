// @ts-check
/** Level 3: one lane with its open crossing: portraits, score, checks, time line, actions. */

import { h, fill } from "../shared/dom.js";
import { GatePlan } from "../shared/gate-plan.js";
import { scoreBar } from "../shared/charts.js";
import { Actions } from "./actions.js";
import { doing, drawn } from "./board.js";
import { Compare } from "./compare.js";
import { checkWords, plain, seconds, stepWords } from "./words.js";
import { ask, Refused } from "./api.js";
import { question, say } from "./dialogs.js";

const MASK_AGAIN_MS = 20000;
const RESULT_MARKS = { passed: "✓", failed: "✕", running: "…", not_done: "○" };
const BRANCHES = [["document", "Document"], ["register", "Register"], ["face", "Face"], ["lane", "Lane"]];

export class Detail {
  /** @param {import("./state.js").State} state @param {() => void} close */
  constructor(state, close) {
    this.state = state;
    this.lane = "";
    this.plan = new GatePlan({ label: "Gate from above", zones: 3 });
    this.compare = new Compare(state);
    this.actions = new Actions(state, this.compare);
    this.title = h("h2", { tabindex: -1 });
    this.doing = h("p.doing");
    this.case = h("p.case", { hidden: true });
    this.document = h("dl.document");
    this.score = h("div.score-box");
    this.checks = h("div.checks");
    this.timeline = h("ol.timeline");
    this.devices = h("ul.devices");
    this.holder = h("dl.holder", { hidden: true });
    this.maskTimer = 0;
    this.shownFor = "";
    const closing = h("button.quiet", { type: "button", onclick: close, "aria-label": "Close lane" }, "✕");
    this.element = h(
      "section.detail",
      { hidden: true, "aria-label": "Lane" },
      h("header", {}, this.title, this.doing, closing),
      this.case,
      h("div.detail-faces", {}, this.compare.element, this.score),
      h("div.detail-facts", {}, this.document, this.holder, h("h3", {}, "Checks"), this.checks),
      h("div.detail-side", {}, this.plan.element, this.actions.element, h("h3", {}, "Devices"), this.devices),
      h("div.detail-time", {}, this.timeline),
    );
  }

  /** @param {string} lane */
  open(lane) {
    this.lane = lane;
    this.element.hidden = !lane;
    this.mask();
    this.compare.open(lane);
    if (lane) {
      this.draw();
      this.title.focus();
    }
  }

  draw() {
    const lane = this.state.lanes.get(this.lane);
    if (!lane) return;
    const detail = this.state.details.get(this.lane) ?? {};
    const now = lane.now ?? {};
    const open = this.state.queue.find((each) => each.lane === this.lane);
    if (now.transaction !== this.shownFor) this.mask();
    this.shownFor = now.transaction ?? "";
    this.title.textContent = `Lane ${lane.lane}`;
    this.doing.textContent = doing(lane);
    this.case.hidden = !open;
    if (open) fill(this.case, ...this.caseLine(open));
    this.plan.show(drawn(lane.doors));
    this.compare.draw(now.transaction ?? "");
    this.actions.draw(lane, open);
    this.drawDocument(detail, now);
    this.drawScore(detail.match);
    this.drawChecks(detail.checks ?? []);
    this.drawTimeline(now.steps ?? []);
    fill(this.devices, ...Object.entries(now.devices ?? {}).map(([name, health]) => h(`li.${health}`, {}, `${plain(name)} `, h("span", {}, String(health)))));
  }

  /** @param {any} open */
  caseLine(open) {
    const left = open.ends_at_s ? Math.max(0, open.ends_at_s - this.state.now()) : null;
    const whose = open.claimed_by ? (open.claimed_by === this.state.officer ? "yours" : `taken by ${open.claimed_by}`) : "nobody has it";
    return [h("strong", {}, open.words), ` · ${whose}`, open.escalated ? " · escalated" : "", left === null ? "" : ` · ${left.toFixed(0)} s left, then the way back opens`];
  }

  /** @param {any} detail @param {any} now */
  drawDocument(detail, now) {
    const rows = [["Document", detail.document_masked || "–"], ["Crossing", now.transaction || "nobody here"]];
    if (now.modes?.length) rows.push(["Degraded", now.modes.map(plain).join(", ")]);
    fill(this.document, ...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, h("bdi", {}, value))]));
  }

  /** @param {any} match */
  drawScore(match) {
    if (!match || this.compare.isHiding) {
      fill(this.score, h("p.dim", {}, this.compare.isHiding ? "The score is shown after your own judgement." : "No score yet."));
      return;
    }
    const good = match.score >= match.threshold;
    fill(
      this.score,
      scoreBar(match, { width: 420, height: 30, label: `Score ${match.score.toFixed(3)}, threshold ${match.threshold.toFixed(3)}` }),
      h("p", {}, h("strong", {}, match.score.toFixed(3)), ` against ${match.threshold.toFixed(3)} · `, good ? "above" : "below", ` · ${match.frames} frames · artefact: ${plain(match.attack || "not assessed").toLowerCase()}`, match.quality === null ? "" : ` · quality ${match.quality.toFixed(2)}`),
    );
  }

  /** @param {any[]} checks */
  drawChecks(checks) {
    const branches = BRANCHES.map(([code, words]) => {
      const own = checks.filter((check) => check.under === code);
      const worst = own.some((check) => check.result === "failed") ? "failed" : own.length ? "passed" : "not_done";
      return h("div.branch", {}, h(`h4.${worst}`, {}, mark(worst), words), h("ul", {}, ...own.map(checkRow)));
    });
    fill(this.checks, ...branches);
  }

  /** @param {any[]} steps */
  drawTimeline(steps) {
    const total = Math.max(1, ...[steps.reduce((sum, step) => sum + step.ms, 0)]);
    fill(
      this.timeline,
      ...steps.map((step) => {
        const near = step.limit_ms && step.ms > 0.8 * step.limit_ms;
        const item = h(`li.${step.state}${near ? ".near" : ""}`, {}, h("span.step", {}, stepWords(step.name)), h("span.took", {}, `${seconds(step.ms)}${step.limit_ms ? ` of ${Math.round(step.limit_ms / 1000)}` : ""}`));
        item.style.flexGrow = String(Math.max(0.08, step.ms / total));
        return item;
      }),
    );
  }

  /** The holder's name, for twenty seconds, with a reason that is kept. */
  async reveal() {
    const transaction = this.shownFor;
    if (!transaction || !this.state.may("reveal")) return;
    const answer = await question({
      title: "Show the holder's name",
      text: "Your reason is kept on the audit trail.",
      fields: [{ name: "reason", label: "Reason", required: true }],
      confirm: "Show",
    });
    if (!answer) return;
    try {
      const { fields } = await ask("POST", `/lanes/${encodeURIComponent(this.lane)}/reveal`, { transaction_id: transaction, reason: answer.reason });
      if (transaction !== this.shownFor) return;
      fill(this.holder, ...Object.entries(fields).flatMap(([name, value]) => [h("dt", {}, plain(name)), h("dd", {}, h("bdi", {}, String(value)))]));
      this.holder.hidden = false;
      this.maskTimer = window.setTimeout(() => this.mask(), MASK_AGAIN_MS);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(error.message, true);
    }
  }

  mask() {
    clearTimeout(this.maskTimer);
    this.holder.hidden = true;
    fill(this.holder);
  }
}

/** @param {string} result */
function mark(result) {
  return h("span.mark", { "aria-hidden": "true" }, RESULT_MARKS[/** @type {keyof typeof RESULT_MARKS} */ (result)]);
}

/** @param {any} check */
function checkRow(check) {
  return h(`li.${check.result}`, {}, mark(check.result), h("span.visually-hidden", {}, `${plain(check.result)}: `), h("span", {}, checkWords(check.name)), h("span.dim", {}, plain(check.detail)));
}
