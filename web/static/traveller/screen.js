// @ts-check
/** The traveller's screen as an element: it shows what the lane says, and passes on touches. It holds no truth. */

import { fill, h } from "../shared/dom.js";
import { Texts } from "../shared/i18n.js";
import { Countdown } from "./countdown.js";
import { Hint } from "./hint.js";
import { pictogram } from "./pictograms.js";
import { SelfView } from "./self-view.js";

/**
 * @typedef {import("../shared/api.js").ThenMessage} Then
 * @typedef {import("../shared/api.js").LimitMessage} Limit
 * @typedef {import("../shared/api.js").PromptMessage} Shown
 */

const STEPS = ["steps.passport", "steps.enter", "steps.face", "steps.go"];
const GREETING_MS = 4000;
const HELP_HEARD_MS = 6000;

export class TravellerScreen {
  /**
   * @param {HTMLElement} root @param {Map<string, Texts>} texts in the order of the language row @param {(message: object) => void} send
   * @param {{spoken?: HTMLElement, voice?: (language: string, key: string) => void}} [options] spoken: whose language and direction it sets
   */
  constructor(root, texts, send, { spoken = root, voice } = {}) {
    this.root = root;
    this.texts = texts;
    this.send = send;
    this.spoken = spoken;
    this.voice = voice;
    /** @type {number[]} */
    this.timers = [];
    this.hinted = false;
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
    this.hinted = shown.self_view && (Boolean(shown.hint) || this.hinted);
    this.view.show(shown.self_view, this.hinted && !shown.hint);
    this.hint.want(shown.self_view ? shown.hint : "");
    this.extend(shown.limit);
    this.heard.hidden = true;
    this.schedule(shown);
    this.voice?.(this.current.catalogue.language, this.spokenKey(shown));
    this.root.dataset.prompt = shown.prompt;
    this.root.classList.toggle("idle", shown.idle);
    this.paintWords();
    this.root.removeAttribute("aria-busy");
  }

  /** What is said aloud: a wish about the face, or the headline. @param {Shown} shown */
  spokenKey(shown) {
    return shown.self_view && shown.hint ? shown.hint : shown.text;
  }

  /** How long there is, and whether more may be asked for. @param {Limit} limit */
  extend(limit) {
    this.countdown.start(limit.limit_s, limit.left_s);
    this.more.hidden = !limit.may_ask;
  }

  /** A prompt that stands for a while says more. @param {Shown} shown */
  schedule(shown) {
    this.timers.forEach(clearTimeout);
    this.timers = shown.then.map((then) => window.setTimeout(() => this.turn(then), then.after_s * 1000));
    if (shown.every_s) this.timers.push(window.setTimeout(() => this.again(shown), shown.every_s * 1000));
  }

  /** @param {Then} then */
  turn({ text, also, picture }) {
    if (!this.shown) return;
    const before = this.shown;
    this.shown = { ...before, text: text || before.text, also: also || before.also, picture: picture || before.picture };
    if (before.picture !== this.shown.picture) this.paintPicture(this.shown);
    this.paintWords();
    if (text) this.voice?.(this.current.catalogue.language, text);
  }

  /** From its beginning, in the language chosen meanwhile. @param {Shown} shown */
  again(shown) {
    this.turn({ after_s: 0, text: shown.text, also: shown.also, picture: shown.picture });
    this.schedule(shown);
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
    this.current.apply(this.spoken);
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
      this.more.hidden = true;
      return;
    }
    this.heard.hidden = false;
    setTimeout(() => (this.heard.hidden = true), HELP_HEARD_MS);
  }
}

/** @param {string[]} languages */
export async function loadTexts(languages) {
  const load = (/** @type {string} */ language) => Texts.load(new URL(`prompts/${language}.json`, import.meta.url).href);
  const texts = await Promise.all(languages.map(load));
  return new Map(languages.map((language, index) => [language, texts[index]]));
}
