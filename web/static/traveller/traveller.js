// @ts-check
/** The traveller's screen: shows what the lane says, tells when it is painted, passes on touches. It holds no truth. */

import { byId, fill, h } from "../shared/dom.js";
import { Texts } from "../shared/i18n.js";
import { Link } from "../shared/link.js";
import { showAway } from "./away.js";
import { Countdown } from "./countdown.js";
import { Hint } from "./hint.js";
import { pictogram } from "./pictograms.js";
import { SelfView } from "./self-view.js";

/** @typedef {{rev: number, prompt: string, text: string, also: string, hint: string, picture: string, step: number, self_view: boolean, language: string, idle: boolean, limit_s?: number}} Shown */

const STEPS = ["steps.passport", "steps.enter", "steps.face", "steps.go"];
const GREETING_MS = 4000;
const ALIVE_MS = 2000;
const HELP_HEARD_MS = 6000;
const MAX_HEAP_MB = 200;

export class TravellerScreen {
  /** @param {HTMLElement} root @param {Map<string, Texts>} texts in the order of the language row @param {(message: object) => void} send */
  constructor(root, texts, send) {
    this.root = root;
    this.texts = texts;
    this.send = send;
    /** @type {Shown | null} */
    this.shown = null;
    this.greeting = 0;
    this.view = new SelfView();
    this.hint = new Hint((key) => this.paintHint(key));
    this.countdown = new Countdown((seconds) => this.words("time.left", { n: seconds }));
    this.build();
    setInterval(() => this.greetNext(), GREETING_MS);
  }

  build() {
    this.steps = h("ol.steps");
    this.title = h("h1", { "aria-live": "assertive" });
    this.also = h("p.also");
    this.picture = h("figure.picture");
    this.pill = h("p.hint", { hidden: true, "aria-live": "polite" });
    this.heard = h("p.heard", { hidden: true, role: "status" });
    this.help = h("button.help", { type: "button", onclick: () => this.press("help") });
    this.officer = h("button.officer", { type: "button", onclick: () => this.press("officer") });
    this.more = h("button.more", { type: "button", hidden: true, onclick: () => this.press("more_time") });
    this.row = h("nav.languages", { "aria-label": "Language" });
    for (const [language, texts] of this.texts) this.row.append(this.languageButton(language, texts));
    fill(
      this.root,
      this.steps,
      h("header", {}, this.title, this.also),
      h("div.middle", {}, this.picture, this.view.element, this.pill),
      this.countdown.element,
      h("div.buttons", {}, this.heard, this.more, this.help, this.officer),
      this.row,
    );
  }

  /** @param {string} language @param {Texts} texts */
  languageButton(language, texts) {
    const choose = () => this.send({ language });
    return h("button", { type: "button", lang: language, "data-language": language, onclick: choose }, texts.catalogue.name);
  }

  /** @param {Shown} shown */
  show(shown) {
    const before = this.shown;
    this.shown = shown;
    if (!before || before.picture !== shown.picture || before.self_view !== shown.self_view) this.paintPicture(shown);
    this.view.show(shown.self_view);
    this.hint.want(shown.self_view ? shown.hint : "");
    this.countdown.start(shown.limit_s ?? 0);
    this.more.hidden = !shown.limit_s;
    this.heard.hidden = true;
    this.root.dataset.prompt = shown.prompt;
    this.root.classList.toggle("idle", shown.idle);
    this.paintWords();
    this.root.removeAttribute("aria-busy");
  }

  /** @param {string} language "" = none was chosen yet */
  speak(language) {
    if (!this.shown) return;
    this.shown = { ...this.shown, language };
    this.paintWords();
  }

  /** The language in use: the traveller's, or the one whose turn it is to greet. @returns {Texts} */
  get current() {
    const chosen = this.texts.get(this.shown?.language ?? "");
    const all = [...this.texts.values()];
    return chosen ?? all[this.shown?.prompt === "welcome" ? this.greeting % all.length : 0];
  }

  greetNext() {
    this.greeting += 1;
    if (this.shown?.prompt === "welcome" && !this.shown.language) this.paintWords();
  }

  /** @param {string} key @param {Record<string, string | number>} [fields] */
  words(key, fields = {}) {
    return this.current.say(key, { ...fields, side: this.current.say("side.left"), age: this.current.number(12) });
  }

  /** @param {Shown} shown */
  paintPicture(shown) {
    this.picture.hidden = shown.self_view;
    fill(this.picture, shown.self_view ? null : pictogram(shown.picture));
  }

  paintWords() {
    const shown = this.shown;
    if (!shown) return;
    this.current.apply();
    this.title.textContent = this.words(shown.text);
    this.also.textContent = shown.also ? this.words(shown.also) : "";
    this.help.textContent = this.words("help.button");
    this.officer.textContent = this.words("help.prefer_officer");
    this.more.textContent = this.words("help.more_time");
    this.heard.textContent = this.words("help.called");
    this.hint.repaint();
    this.countdown.repaint();
    fill(this.steps, ...STEPS.map((key, index) => this.step(key, index + 1, shown.step)));
    for (const button of this.row.children) {
      button.setAttribute("aria-pressed", String(button.dataset.language === this.current.catalogue.language));
    }
  }

  /** @param {string} key @param {number} number @param {number} at */
  step(key, number, at) {
    const state = number < at ? "done" : number === at ? "now" : "later";
    const mark = h("span.mark", { "aria-hidden": "true" }, number < at ? "✓" : this.current.number(number));
    return h(`li.${state}`, state === "now" ? { "aria-current": "step" } : {}, mark, h("span", {}, this.words(key)));
  }

  /** @param {string} key */
  paintHint(key) {
    this.pill.hidden = !key;
    this.pill.textContent = key ? this.words(key) : "";
  }

  /** @param {"help" | "officer" | "more_time"} button */
  press(button) {
    this.send({ button });
    if (button === "more_time") {
      this.countdown.double();
      return;
    }
    this.heard.hidden = false;
    setTimeout(() => (this.heard.hidden = true), HELP_HEARD_MS);
  }
}

/** After the next frame is on the glass. @param {() => void} then */
function painted(then) {
  requestAnimationFrame(() => requestAnimationFrame(then));
}

function heapMb() {
  return Math.round(((/** @type {any} */ (performance).memory?.usedJSHeapSize ?? 0) / 1048576) * 10) / 10;
}

/** @param {string[]} languages */
async function loadTexts(languages) {
  const load = (/** @type {string} */ language) => Texts.load(new URL(`prompts/${language}.json`, import.meta.url).href);
  const texts = await Promise.all(languages.map(load));
  return new Map(languages.map((language, index) => [language, texts[index]]));
}

async function start() {
  const root = byId("screen");
  const mirror = new URLSearchParams(location.search).get("mirror") === "1";
  const build = new URL(import.meta.url).pathname.split("/")[2];
  /** @type {TravellerScreen | null} */
  let screen = null;
  /** @type {any} */
  let newest = null;

  /** @param {Shown} shown */
  function show(shown) {
    newest = shown;
    if (!screen) return;
    screen.show(shown);
    painted(() => link.send({ painted: shown.rev }));
  }

  const link = new Link(`${location.pathname.replace(/\/$/, "")}/ws${mirror ? "?mirror=1" : ""}`, {
    snapshot: async (data) => {
      newest = data;
      if (!screen) {
        const texts = await loadTexts(data.languages);
        screen ??= new TravellerScreen(root, texts, (message) => link.send(message));
      }
      show(newest);
    },
    event: (envelope) => {
      if (envelope.type === "prompt") show(envelope.data);
      if (envelope.type === "language") {
        newest = { ...newest, language: envelope.data.language };
        screen?.speak(envelope.data.language);
      }
    },
    picture: (data) => screen?.view.draw(data),
    stale: (isStale) => showAway(byId("away"), isStale),
    build: (served) => {
      if (served !== build && (!screen || screen.shown?.idle)) location.reload();
    },
  });
  setInterval(() => {
    const heap = heapMb();
    link.send({ alive: { heap_mb: heap, ...screen?.view.figures() } });
    if (heap > MAX_HEAP_MB && screen?.shown?.idle) location.reload();
  }, ALIVE_MS);
}

if (document.getElementById("screen")) start();
