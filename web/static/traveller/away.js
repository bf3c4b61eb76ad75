// @ts-check
/** What the page says by itself while its server is away: it needs nothing from it. */

import { fill, h } from "../shared/dom.js";
import { pictogram } from "./pictograms.js";

const WORDS = [
  ["en", "ltr", "Please use another gate"],
  ["zh-Hans", "ltr", "请使用其他通道"],
  ["es", "ltr", "Por favor, use otra puerta"],
  ["ar", "rtl", "يرجى استخدام بوابة أخرى"],
  ["fr", "ltr", "Veuillez utiliser un autre passage"],
];

/** @param {HTMLElement} element @param {boolean} isAway */
export function showAway(element, isAway) {
  element.hidden = !isAway;
  if (isAway && !element.firstChild) {
    fill(element, h("figure.picture", {}, pictogram("other")), ...WORDS.map(([lang, dir, text]) => h("p", { lang, dir }, text)));
  }
}
