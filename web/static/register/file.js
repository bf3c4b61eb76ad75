// @ts-check
/** A place to choose a picture, in the page's language: a browser's own button speaks the browser's. */

import { fill, h } from "../shared/dom.js";

/** The input stays what is touched and focused; it lies unseen over the words. @param {any} input @param {import("../shared/i18n.js").Texts} texts */
export function choosing(input, texts) {
  const name = h("bdi", {});
  const tell = () => fill(name, input.files[0]?.name ?? "");
  input.addEventListener("change", tell);
  tell();
  return h("span.file", {}, h("span.choose", { "aria-hidden": "true" }, texts.say("choose")), name, input);
}
