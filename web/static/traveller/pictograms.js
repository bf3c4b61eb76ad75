// @ts-check
/** Drawn pictures of what a traveller does. They move by CSS (transform and opacity alone) and never flip with the script. */

import { h } from "../shared/dom.js";

/** @typedef {[string, Record<string, string | number>, ...any[]]} Shape */

const passport = (/** @type {string} */ cls) => g(cls, r(60, 40, 80, 110, 8, "cover"), c(100, 82, 18, "line"), r(78, 118, 44, 6, 3, "light"), r(86, 130, 28, 6, 3, "light"));
const openPassport = (/** @type {string} */ cls) =>
  g(cls, r(30, 60, 70, 92, 6, "cover"), r(100, 60, 70, 92, 6, "page"), r(108, 70, 24, 32, 3, "shade"), r(138, 74, 26, 5, 2, "shade"), r(138, 84, 20, 5, 2, "shade"), r(106, 128, 58, 5, 2, "ink"), r(106, 138, 58, 5, 2, "ink"));
const glass = () => r(24, 158, 152, 22, 8, "glass");
const person = (/** @type {string} */ cls, x = 100) => g(cls, c(x, 62, 20, "skin"), p(`M${x - 30} 170 V116 Q${x - 30} 90 ${x} 90 Q${x + 30} 90 ${x + 30} 116 V170 Z`, "body"));
const door = (/** @type {number} */ x, /** @type {string} */ cls) => g(cls, r(x, 30, 10, 150, 3, "door"));
const arrow = (/** @type {string} */ d, cls = "") => p(d, `arrow ${cls}`);
const RIGHT = "M66 194 H136 M118 179 L138 194 L118 209";
const LEFT = "M134 194 H64 M82 179 L62 194 L82 209";
const gate = (/** @type {number} */ x, cls = "") => g(cls, p(`M${x - 24} 176 V70 Q${x - 24} 52 ${x} 52 Q${x + 24} 52 ${x + 24} 70 V176`, "frame"));

/** @type {Record<string, () => any[]>} */
const PICTURES = {
  lay: () => [glass(), openPassport("drop")],
  open: () => [passport("fade-out"), openPassport("fade-in")],
  hold: () => [glass(), openPassport("resting"), r(30, 154, 140, 5, 2, "beam sweep")],
  take: () => [glass(), openPassport("lift"), arrow("M184 132 V74 M172 88 L184 72 L196 88", "pulse")],
  wait: () => [c(60, 100, 13, "dot one"), c(100, 100, 13, "dot two"), c(140, 100, 13, "dot three")],
  walk: () => [door(60, "leaf-up"), door(60, "leaf-down"), person("walk-in", 30), arrow(RIGHT, "pulse")],
  clear: () => [r(52, 30, 10, 150, 3, "door shut-from-start"), r(138, 30, 10, 150, 3, "door shut-from-end"), person("", 100), arrow("M10 105 H40 M26 91 L42 105 L26 119", "pulse"), arrow("M190 105 H160 M174 91 L158 105 L174 119", "pulse")],
  line: () => [person("", 50), p("M96 194 H112 M96 194 L112 60 M112 60 H128", "queue"), gate(158), r(150, 96, 16, 50, 4, "door")],
  alone: () => [person("", 62), p("M44 190 L56 202 L80 180", "check small-check"), g("fade-blink", g("small", person("", 142)), p("M112 60 L172 162", "bar-line"))],
  back: () => [person("walk-back", 120), arrow(LEFT, "pulse")],
  look: () => [person("", 100), r(84, 6, 32, 22, 6, "camera"), c(100, 17, 6, "lens pulse")],
  go: () => [door(134, "leaf-up"), person("walk-out", 60), arrow(RIGHT, "pulse")],
  item: () => [person("", 60), g("nudge", r(116, 120, 56, 50, 8, "bag"), p("M130 120 V106 H158 V120", "line"))],
  officer: () => [person("", 130), p("M110 50 Q130 30 150 50 L153 57 H107 Z", "cap"), c(130, 46, 4, "tick"), person("small", 60), arrow("M70 30 H96 M86 20 L98 30 L86 40", "pulse")],
  other: () => [gate(36, "small"), r(8, 104, 56, 12, 6, "barrier"), gate(100), gate(164), arrow("M46 196 H96 Q100 196 100 192 V150 M84 166 L100 148 L116 166", "pulse")],
  closed: () => [p("M36 180 V60 Q36 36 60 36 H140 Q164 36 164 60 V180", "frame"), r(46, 52, 52, 128, 4, "door"), r(102, 52, 52, 128, 4, "door"), c(90, 118, 4, "lens-dot"), c(110, 118, 4, "lens-dot"), r(22, 100, 156, 20, 10, "barrier"), p("M44 100 L36 120 M74 100 L66 120 M104 100 L96 120 M134 100 L126 120 M164 100 L156 120", "stripe")],
  leave: () => [door(30, ""), door(160, ""), person("walk-out", 70), arrow(RIGHT, "pulse")],
  done: () => [c(100, 100, 78, "ring"), p("M62 102 L90 130 L142 72", "check draw")],
  turn: () => [glass(), g("rotate", openPassport("")), arrow("M150 40 A70 70 0 0 1 172 96 M156 84 L172 98 L184 80", "pulse")],
  chip: () => [r(46, 20, 108, 152, 10, "cover"), g("pulse", r(66, 58, 68, 44, 6, "line"), c(100, 80, 13, "line"), p("M66 80 H87 M113 80 H134", "line")), r(70, 126, 60, 7, 3, "light"), r(80, 142, 40, 7, 3, "light")],
  touch: () => [r(40, 30, 120, 96, 10, "panel"), r(54, 46, 40, 14, 5, "shade"), r(106, 46, 40, 14, 5, "tick"), r(54, 74, 40, 14, 5, "shade"), r(106, 74, 40, 14, 5, "shade"), g("tap", p("M120 186 V120 Q120 108 130 108 Q140 108 140 120 V146 L164 152 Q172 155 170 164 L164 190 Z", "skin"))],
  pause: () => [c(100, 100, 70, "line"), r(78, 70, 14, 60, 4, "body"), r(108, 70, 14, 60, 4, "body")],
};

export const NAMES = Object.keys(PICTURES);

/** @param {string} name @returns {SVGElement} */
export function pictogram(name) {
  const picture = PICTURES[name];
  if (!picture) throw new Error(`no picture ${name}`);
  return h(`svg.pictogram.${name}`, { viewBox: "0 0 200 210", "aria-hidden": "true" }, ...picture());
}

/** @param {string} cls @param {...any} shapes */
function g(cls, ...shapes) {
  return h("g", cls ? { class: cls } : {}, ...shapes);
}
/** @param {number} x @param {number} y @param {number} width @param {number} height @param {number} rx @param {string} cls */
function r(x, y, width, height, rx, cls) {
  return h("rect", { x, y, width, height, rx, class: cls });
}
/** @param {number} cx @param {number} cy @param {number} radius @param {string} cls */
function c(cx, cy, radius, cls) {
  return h("circle", { cx, cy, r: radius, class: cls });
}
/** @param {string} d @param {string} cls */
function p(d, cls) {
  return h("path", { d, class: cls });
}
