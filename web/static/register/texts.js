// @ts-check
/** What a traveller reads of an application, in the languages of the traveller's screen; the browser's own comes first. */

import { Texts } from "../shared/i18n.js";

export const LANGUAGES = ["ar", "de", "en", "es", "fa", "fr", "he", "it", "ja", "ko", "pt", "ru", "tr", "zh-Hans"];
const OTHER_SCRIPT = /^zh-(hant|tw|hk|mo)/i;

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
