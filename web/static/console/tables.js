// @ts-check
/** A table from rows; numbers to the right. */

import { h } from "../shared/dom.js";

/** @param {string} caption @param {string[]} heads @param {any[][]} rows @param {string} [empty] */
export function table(caption, heads, rows, empty = "Nothing.") {
  const isNumber = heads.map((_, column) => rows.some((row) => typeof row[column] === "number" || /^[\d.,]+ ?(s|ms|%)?$/.test(String(row[column] ?? ""))));
  const cell = (/** @type {any} */ value, /** @type {number} */ column) => h(isNumber[column] ? "td.number" : "td", {}, value instanceof Node ? value : String(value ?? "–"));
  return h(
    "div.table",
    { tabindex: 0, role: "region", "aria-label": caption },
    h("table", {}, h("caption", {}, caption), h("thead", {}, h("tr", {}, ...heads.map((head, column) => h(isNumber[column] ? "th.number" : "th", { scope: "col" }, head)))), h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map(cell))))),
    rows.length ? null : h("p.dim", {}, empty),
  );
}
