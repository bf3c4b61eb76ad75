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
const RIGHT = "M128 100 H168 M152 82 L172 100 L152 118";
const LEFT = "M72 100 H32 M48 82 L28 100 L48 118";

/** @type {Record<string, () => any[]>} */
const PICTURES = {
  lay: () => [glass(), openPassport("drop")],
  open: () => [passport("fade-out"), openPassport("fade-in")],
  hold: () => [glass(), openPassport("resting"), r(30, 154, 140, 5, 2, "beam sweep")],
  take: () => [glass(), openPassport("lift"), arrow("M100 50 V14 M82 32 L100 12 L118 32", "pulse")],
  wait: () => [c(60, 100, 13, "dot one"), c(100, 100, 13, "dot two"), c(140, 100, 13, "dot three")],
  walk: () => [door(60, "leaf-up"), door(60, "leaf-down"), person("walk-in", 30), arrow(RIGHT, "pulse")],
  alone: () => [person("", 64), g("fade-blink", person("", 140), p("M112 60 L168 160", "bar-line")), c(64, 186, 6, "tick")],
  back: () => [person("walk-back", 120), arrow(LEFT, "pulse")],
  look: () => [person("", 100), r(84, 6, 32, 22, 6, "camera"), c(100, 17, 6, "lens pulse")],
  go: () => [door(134, "leaf-up"), person("walk-out", 60), arrow(RIGHT, "pulse")],
  item: () => [person("", 60), g("nudge", r(116, 120, 56, 50, 8, "bag"), p("M130 120 V106 H158 V120", "line"))],
  officer: () => [person("", 130), p("M110 50 Q130 30 150 50 L153 57 H107 Z", "cap"), c(130, 46, 4, "tick"), person("small", 60), arrow("M70 30 H96 M86 20 L98 30 L86 40", "pulse")],
  other: () => [door(40, ""), door(100, ""), door(160, ""), arrow("M60 190 H130 M116 176 L132 190 L116 204", "pulse")],
  closed: () => [door(70, ""), door(82, ""), door(108, ""), door(120, ""), r(40, 94, 120, 16, 8, "barrier")],
  leave: () => [door(30, ""), door(160, ""), person("walk-out", 70), arrow(RIGHT, "pulse")],
  done: () => [c(100, 100, 78, "ring"), p("M62 102 L90 130 L142 72", "check draw")],
  turn: () => [glass(), g("rotate", openPassport("")), arrow("M150 40 A70 70 0 0 1 172 96 M156 84 L172 98 L184 80", "pulse")],
  chip: () => [passport(""), g("chip pulse", r(78, 68, 44, 28, 6, "line"), c(100, 82, 9, "line"), p("M78 82 H91 M109 82 H122", "line"))],
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
