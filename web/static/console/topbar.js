// @ts-check
/** The line above everything: figures of the last hour, the post, the connection, the clock, where to go. */

import { h, fill } from "../shared/dom.js";
import { ask } from "./api.js";
import { tried } from "./alarms.js";
import { question, say } from "./dialogs.js";
import { clock, percent, roleWords, timeOfDay } from "./words.js";

const FIGURES_MS = 15000;
const POST_S = 3600;
const POST_WARNING_S = 3300;
/** @type {[string, string, string][]} place, words, needed permission */
export const PLACES = [
  ["lanes", "Lanes", "see_board"],
  ["crossings", "Crossings", "search"],
  ["figures", "Figures", "see_statistics"],
  ["history", "Alarm history", "see_board"],
  ["desk", "Desk", "see_board"],
  ["trail", "Audit", "see_audit"],
];

export class TopBar {
  /** @param {import("./state.js").State} state @param {{go: (place: string) => void, lock: () => void, signOut: () => void, theme: () => void, help: () => void, silence: () => void}} wishes */
  constructor(state, wishes) {
    this.state = state;
    this.figures = h("p.figures");
    this.post = h("button.post", { type: "button", onclick: () => this.handOver() });
    this.connection = h("span.connection", { role: "status" });
    this.time = h("time.time");
    this.nav = h("nav", { "aria-label": "Places" });
    for (const [place, words, needed] of PLACES) {
      this.nav.append(h("button", { type: "button", "data-place": place, "data-needs": needed, onclick: () => wishes.go(place) }, words));
    }
    this.who = h("span.who");
    this.element = h(
      "header.top",
      {},
      h("span.brand", {}, "egate"),
      this.nav,
      this.figures,
      this.post,
      this.connection,
      this.who,
      h("button.quiet", { type: "button", onclick: wishes.silence, title: "Silence for a minute" }, "Silence ", h("kbd", {}, "M")),
      h("button.quiet", { type: "button", onclick: wishes.help }, "Keys ", h("kbd", {}, "?")),
      h("button.quiet", { type: "button", onclick: wishes.theme }, "Light/dark"),
      h("button.quiet", { type: "button", onclick: wishes.lock }, "Lock ", h("kbd", {}, "L")),
      h("button.quiet", { type: "button", onclick: wishes.signOut }, "Sign out"),
      this.time,
    );
    /** @type {any} */
    this.stats = null;
    state.every(FIGURES_MS, () => void this.load());
    void this.load();
  }

  async load() {
    if (!this.state.may("see_statistics")) return;
    try {
      this.stats = await ask("GET", "/stats?hours=1");
    } catch {
      this.stats = null;
    }
    this.draw();
  }

  draw() {
    const session = this.state.session;
    if (!session) return;
    this.time.textContent = timeOfDay(this.state.now());
    fill(this.who, `${session.login ?? session.officer} · ${roleWords(session.role)}`);
    for (const button of this.nav.children) button.hidden = !session.may.includes(/** @type {HTMLElement} */ (button).dataset.needs);
    this.drawFigures();
    this.drawPost(session);
    this.connection.className = `connection${this.state.isStale ? " stale" : ""}`;
    this.connection.textContent = this.state.isStale ? `no connection for ${clock((performance.now() - this.state.staleSince) / 1000)}` : `live ${this.state.lag.toFixed(0)} ms`;
  }

  drawFigures() {
    const stats = this.stats;
    if (!stats) return fill(this.figures);
    const median = stats.median_ms === null ? "–" : `${(stats.median_ms / 1000).toFixed(1)} s`;
    return fill(this.figures, `${stats.crossings}/h · ${median} median · ${percent(stats.unaided)} unaided`);
  }

  /** @param {any} session */
  drawPost(session) {
    const supervises = session.may.includes("supervise");
    this.post.hidden = !supervises;
    const since = this.state.now() - session.post_since_s;
    this.post.textContent = `At post ${clock(since)} / 60:00`;
    this.post.classList.toggle("over", since > POST_WARNING_S);
    this.post.title = since > POST_S ? "An hour at the post: hand it over" : "Hand the post over";
  }

  async handOver() {
    const offers = [...this.state.handovers.values()].filter((each) => each.from_officer !== this.state.officer);
    if (offers.length) {
      const offer = offers[0];
      const open = [...offer.alarms.map((/** @type {string} */ a) => `alarm: ${a}`), ...offer.cases.map((/** @type {string} */ c) => `case: ${c}`), ...offer.closed_lanes.map((/** @type {string} */ l) => `closed: ${l}`), ...offer.shelved.map((/** @type {string} */ s) => `shelved: ${s}`)];
      const answer = await question({ title: "Take the post over", text: `${offer.from_officer} hands over. ${offer.note} Open: ${open.join("; ") || "nothing"}.`, confirm: "Take over" });
      if (answer && (await tried(ask("POST", `/handovers/${offer.id}/accept`)))) {
        this.state.session = await ask("GET", "/session");
        say("The post is yours.");
      }
      return;
    }
    const answer = await question({
      title: "Hand the post over",
      text: "Open alarms, cases, closed lanes and shelved alarms go with it. Your colleague signs at another screen.",
      fields: [{ name: "note", label: "Note for your colleague (no names)" }],
      confirm: "Offer",
    });
    if (answer && (await tried(ask("POST", "/handovers", { note: answer.note })))) say("Offered: your colleague takes it over.");
  }
}
