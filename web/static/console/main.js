// @ts-check
/** The console's page: who is signed in, one socket, the places to be in. Everything it shows came from the server. */

import { byId, fill, h } from "../shared/dom.js";
import { Link } from "../shared/link.js";
import { ask, Refused } from "./api.js";
import { Alarms, tried } from "./alarms.js";
import { releaseLanes } from "./actions.js";
import { Approvals } from "./approvals.js";
import { Board } from "./board.js";
import { Detail } from "./detail.js";
import { closeQuestions, question, say } from "./dialogs.js";
import { Keys } from "./keys.js";
import { Lately } from "./lately.js";
import { makePlaces } from "./places.js";
import { lockPanel, showNewPassword, showSignIn } from "./signin.js";
import { Sounds } from "./sound.js";
import { State } from "./state.js";
import { TopBar } from "./topbar.js";

const INPUT_EVERY_MS = 10000;
const THEME = "egate-console-theme";
const NOT_SIGNED_IN = 4001;
const HELP = [
  ["1–9", "open a lane"], ["↑ ↓", "alarm list"], ["Enter", "why, and what to do"], ["A", "acknowledge or take over"], ["M", "silence for a minute"],
  ["Shift+S", "shelve"], ["C", "let pass"], ["T", "try again"], ["H", "hold"], ["D", "to the desk"], ["B", "let back out"], ["G", "safeguarding report"],
  ["O", "open lane"], ["X", "close after this one"], ["Shift+X", "close now"], ["N", "show the holder's name"], ["Z", "comparison"], ["/", "search"],
  ["L", "lock"], ["Esc", "back"], ["F9", "hold a second: emergency release of the lane that is open"],
];

/** Made by `build`, before anything is drawn. @type {any} */
const LATER = undefined;

class Console {
  /** @type {Board} */ board = LATER;
  /** @type {Detail} */ detail = LATER;
  /** @type {Lately} */ lately = LATER;
  /** @type {Alarms} */ alarms = LATER;
  /** @type {Approvals} */ approvals = LATER;
  /** @type {TopBar} */ top = LATER;
  /** @type {ReturnType<typeof makePlaces>} */ places = LATER;
  /** @type {Keys | null} */ keys = null;
  /** @type {any} */ lock = LATER;
  /** @type {any} */ stage = LATER;

  /** @param {Element} root */
  constructor(root) {
    this.root = root;
    this.state = new State();
    this.sounds = new Sounds();
    /** @type {Link | null} */
    this.link = null;
    this.inputAt = 0;
    this.place = "lanes";
    this.built = false;
    this.isAsking = false;
    this.entered = 0;
    document.documentElement.dataset.theme = localStorage.getItem(THEME) ?? "dark";
    for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => this.touched(), { passive: true });
  }

  /** What was answered before somebody signed in, or unlocked, is out of date. */
  async start() {
    const entered = this.entered;
    try {
      const session = await ask("GET", "/session");
      if (entered !== this.entered) return;
      if (session.state === "none") this.signIn();
      else this.enter(session);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setTimeout(() => this.start(), 1000);
    }
  }

  /** Drawn once: told a second time that nobody is signed in, the page keeps what has been typed. */
  signIn() {
    this.link?.close();
    this.link = null;
    if (this.isAsking) return;
    this.isAsking = true;
    this.built = false;
    closeQuestions();
    this.state.end();
    this.state = new State();
    showSignIn(this.root, (session) => {
      this.isAsking = false;
      this.entered += 1;
      this.sounds.wake();
      this.enter(session);
    });
    this.root.removeAttribute("aria-busy");
  }

  /** @param {any} session */
  enter(session) {
    this.state.session = session;
    if (session.must_change) return showNewPassword(this.root, (changed) => this.enter(changed));
    if (!this.built) this.build();
    this.setLocked(session);
    this.link ??= this.connect();
    this.state.changed();
    this.root.removeAttribute("aria-busy");
    return undefined;
  }

  /** Drawn once: asked again while it is locked, what has been typed of the password stays. @param {any} session */
  setLocked(session) {
    const isLocked = session.state === "locked";
    if (isLocked && this.lock.hidden) {
      closeQuestions();
      this.detail.mask();
      this.go("lanes");
      fill(this.lock, lockPanel(() => this.unlocked(), session.login));
    }
    this.root.classList.toggle("locked", isLocked);
    this.lock.hidden = !isLocked;
  }

  unlocked() {
    this.entered += 1;
    void this.start();
  }

  connect() {
    const build = new URL(import.meta.url).pathname.split("/")[2];
    /** @type {Link} */
    const link = new Link("/api/v1/ws", {
      snapshot: (data) => {
        this.state.snapshot(data);
        this.watch();
      },
      event: (envelope) => {
        if (envelope.type === "sound") this.sounds.play(envelope.data);
        else this.state.event(envelope);
      },
      picture: (data) => void this.detail.compare.picture(data),
      stale: (isStale) => this.setStale(isStale),
      build: (served) => {
        if (served !== build) location.reload();
      },
      closed: (code) => {
        if (code === NOT_SIGNED_IN && this.link === link) {
          link.close();
          this.link = null;
          void this.start();
        }
      },
    });
    return link;
  }

  build() {
    const state = this.state;
    this.board = new Board(state, (lane) => this.open(lane));
    this.detail = new Detail(state, () => this.open(""));
    this.lately = new Lately(state);
    this.alarms = new Alarms(state, (lane) => this.open(lane));
    this.approvals = new Approvals(state);
    this.top = new TopBar(state, {
      go: (place) => this.go(place),
      lock: () => void tried(ask("POST", "/session/lock")).then(() => this.start()),
      signOut: () => void tried(ask("DELETE", "/session")).then(() => this.signIn()),
      theme: () => this.theme(),
      help: () => void this.help(),
      silence: () => this.sounds.silence(),
    });
    this.places = makePlaces(state, (lane) => this.open(lane));
    this.lock = h("div.lock-cover", { hidden: true });
    this.stage = h("main.stage");
    fill(this.root, this.top.element, this.stage, this.alarms.element, this.approvals.element, this.lock);
    state.listen((changed) => this.draw(changed));
    this.keys ??= new Keys(this.table(), this.releaseKey());
    this.go("lanes");
    state.every(1000, () => state.changed());
    this.built = true;
  }

  /** Only what may look different. @param {Set<string>} changed */
  draw(changed = new Set(["all"])) {
    const has = (/** @type {string[]} */ ...kinds) => changed.has("all") || kinds.some((kind) => changed.has(kind));
    if (has()) this.top.draw();
    if (has("alarms")) this.alarms.draw();
    if (has("commands")) this.approvals.draw();
    if (has() && this.place === "desk") this.places.desk.draw();
    if (this.place === "lanes") {
      if (has("lanes", "alarms")) this.board.draw();
      else if (changed.has("doors")) this.board.move(this.state.touched);
      if (has() && !this.detail.lane) this.lately.draw();
      if (has("alarms", "commands") || this.state.touched.has(this.detail.lane)) this.detail.draw();
    }
    if (has()) this.root.setAttribute("data-ready", "1");
  }

  /** @param {string} place */
  go(place) {
    this.place = place;
    for (const button of this.top.nav.children) button.setAttribute("aria-current", button.dataset.place === place ? "page" : "false");
    if (place === "lanes") fill(this.stage, this.board.element, this.lately.element, this.detail.element);
    else fill(this.stage, this.places[place].element);
    this.places[place]?.load();
    this.draw();
  }

  /** @param {string} lane */
  open(lane) {
    if (this.place !== "lanes") this.go("lanes");
    this.board.selected = lane;
    this.detail.open(lane);
    this.stage.classList.toggle("with-detail", Boolean(lane));
    this.watch();
    this.state.changed();
  }

  /** The lane's pictures come only while somebody looks. */
  watch() {
    this.link?.send({ watch: this.detail?.lane ?? "" });
  }

  /** @param {boolean} isStale */
  setStale(isStale) {
    this.state.isStale = isStale;
    this.state.staleSince = performance.now();
    this.root.classList.toggle("stale", isStale);
    this.state.changed();
  }

  touched() {
    this.sounds.wake();
    if (performance.now() - this.inputAt < INPUT_EVERY_MS) return;
    this.inputAt = performance.now();
    this.link?.send({ input: true });
  }

  theme() {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    localStorage.setItem(THEME, next);
  }

  async help() {
    const list = HELP.map(([key, words]) => `${key}: ${words}`).join(" · ");
    const on = this.keys?.needAlt ?? false;
    const answer = await question({ title: "Keys", text: list, confirm: on ? "Letters without Alt" : "Letters only with Alt" });
    if (answer && this.keys) this.keys.needAlt = !on;
  }

  table() {
    const act = (/** @type {string} */ name) => () => void this.detail.actions.start(name);
    /** @type {Record<string, () => void>} */
    const table = {
      ArrowDown: () => this.alarms.move(1),
      ArrowUp: () => this.alarms.move(-1),
      A: () => void this.alarms.acknowledge(),
      M: () => this.sounds.silence(),
      "Shift+S": () => this.alarms.shelveSelected(),
      C: act("pass"), T: act("retry"), H: act("hold"), D: act("refer"), B: act("send_back"), O: act("open"), X: act("close_after_current"),
      "Shift+X": act("close_now"),
      G: () => void this.places.desk.report(this.detail.lane),
      N: () => void this.detail.reveal(),
      Z: () => this.detail.compare.nextMode(),
      "/": () => this.go("crossings"),
      L: () => void tried(ask("POST", "/session/lock")).then(() => this.start()),
      "?": () => void this.help(),
      Escape: () => (this.place === "lanes" ? this.open("") : this.go("lanes")),
    };
    for (let number = 1; number <= 9; number += 1) table[String(number)] = () => this.board.element.children[number - 1]?.click();
    return table;
  }

  releaseKey() {
    const bar = h("div.release-bar", { hidden: true, role: "alert" });
    document.body.append(bar);
    return {
      pressed: () => {
        bar.textContent = this.detail.lane ? `Emergency release of lane ${this.detail.lane}: hold F9` : "Open a lane first: press its number";
        bar.hidden = false;
      },
      released: () => (bar.hidden = true),
      held: () => (this.detail.lane ? void releaseLanes(this.detail.lane) : say("No lane is open.", true)),
    };
  }
}

void new Console(byId("root")).start();
