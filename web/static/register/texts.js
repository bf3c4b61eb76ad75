// @ts-check
/** What a traveller reads, in the languages of the traveller's screen; the browser's own comes first. */

import { Texts } from "../shared/i18n.js";
import { Refused } from "./service.js";

export const LANGUAGES = ["ar", "de", "en", "es", "fa", "fr", "he", "it", "ja", "ko", "pt", "ru", "tr", "zh-Hans"];
const OTHER_SCRIPT = /^zh-(hant|tw|hk|mo)/i;
const ANYTHING_ELSE = "error.other";

/** The first of the browser's languages that is there; English where none is. @param {readonly string[]} wanted */
export function chosen(wanted) {
  for (const each of wanted) {
    const found = LANGUAGES.find((tag) => tag.split("-")[0] === each.split("-")[0]);
    if (found && !OTHER_SCRIPT.test(each)) return found;
  }
  return "en";
}

/** @param {string} language */
export function load(language) {
  return Texts.load(new URL(`./texts/${language}.json`, import.meta.url).href);
}

/** Its own name for itself. @param {string} language */
export function nameOf(language) {
  return new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
}

/** A name or a number inside a sentence, so that it does not turn the sentence round. @param {string} value */
export function isolated(value) {
  return `\u2068${value}\u2069`;
}

/** What the page has found wrong itself, by keys: it can be told again in another language. */
export class Told extends Error {
  /** @param {string[]} keys @param {Record<string, string>} [fields] */
  constructor(keys, fields = {}) {
    super(keys.join(", "));
    this.keys = keys;
    this.fields = fields;
  }
}

/** What went wrong, in the traveller's language. @param {unknown} error @param {Texts} texts */
export function sentence(error, texts) {
  const fields = error instanceof Told ? error.fields : {};
  return keysOf(error)
    .map((key) => texts.say(texts.has(key) ? key : ANYTHING_ELSE, fields))
    .join(" ");
}

/** @param {unknown} error @returns {string[]} */
function keysOf(error) {
  if (error instanceof Told) return error.keys;
  if (error instanceof Refused) return [error.advice ? `page.${error.advice}` : `error.${error.code}`];
  console.error(error);
  return [ANYTHING_ELSE];
}
