// @ts-check
/** One gate from above as SVG: hall on the left, state side on the right, two pairs of leaves, people as discs. */

import { h } from "./dom.js";

/** @typedef {{name?: string, x_mm: number}} Body */
/** @typedef {{entry_permille: number, exit_permille: number, persons?: Body[], things?: Body[], zones?: boolean[], alarm?: boolean}} Gate */

export const HALL_MM = 2400;
export const CHAMBER_MM = 1800;
const WIDTH_MM = HALL_MM * 2 + CHAMBER_MM;
const HALF_MM = 500;
const WALL_MM = 80;

/** A `<svg>` with `.show(gate)`; units of its view box are millimetres, x = 0 is the entry door. */
export class GatePlan {
  /** @param {{label?: string, zones?: number}} [options] zones: number of barrier zones drawn in the chamber */
  constructor({ label = "The gate from above", zones = 0 } = {}) {
    this.zones = Array.from({ length: zones }, (_, index) => zone(index, zones));
    this.entry = leaves(0, "entry");
    this.exit = leaves(CHAMBER_MM, "exit");
    this.bodies = h("g.bodies");
    this.element = h(
      "svg.gate-plan",
      { viewBox: `${-HALL_MM} ${-HALF_MM - 150} ${WIDTH_MM} ${2 * HALF_MM + 300}`, role: "img", "aria-label": label },
      h("rect.floor", { x: -HALL_MM, y: -HALF_MM, width: WIDTH_MM, height: 2 * HALF_MM }),
      h("rect.chamber", { x: 0, y: -HALF_MM, width: CHAMBER_MM, height: 2 * HALF_MM }),
      ...this.zones,
      ...[-HALF_MM - WALL_MM, HALF_MM].map((y) => h("rect.wall", { x: -700, y, width: CHAMBER_MM + 1400, height: WALL_MM })),
      h("rect.reader", { x: -690, y: -HALF_MM, width: 180, height: 130, rx: 20 }),
      ...this.entry,
      ...this.exit,
      this.bodies,
    );
  }

  /** @param {Gate} gate */
  show(gate) {
    slide(this.entry, gate.entry_permille);
    slide(this.exit, gate.exit_permille);
    this.zones.forEach((zone, index) => zone.classList.toggle("lit", Boolean(gate.zones?.[index])));
    this.element.classList.toggle("alarm", Boolean(gate.alarm));
    this.place("circle.person", gate.persons ?? [], "rect.thing", gate.things ?? []);
  }

  /** @param {string} person @param {Body[]} persons @param {string} thing @param {Body[]} things */
  place(person, persons, thing, things) {
    const wanted = [...things.map((body) => ({ body, kind: thing })), ...persons.map((body) => ({ body, kind: person }))];
    while (this.bodies.children.length > wanted.length) this.bodies.lastElementChild.remove();
    wanted.forEach(({ body, kind }, index) => {
      let element = this.bodies.children[index];
      if (!element || !element.matches(kind)) {
        const fresh = kind === person ? h(kind, { r: 180, cy: 0 }) : h(kind, { width: 260, height: 260, y: 150, rx: 40 });
        element ? element.replaceWith(fresh) : this.bodies.append(fresh);
        element = fresh;
      }
      if (body.name) element.setAttribute("data-name", body.name);
      if (kind === person) element.setAttribute("cx", String(Math.round(body.x_mm)));
      else element.setAttribute("x", String(Math.round(body.x_mm) - 130));
    });
  }
}

/** @param {number} x_mm @param {string} name */
function leaves(x_mm, name) {
  return [-1, 1].map((side) =>
    h(`rect.leaf.${name}`, { x: x_mm - 35, y: side < 0 ? -HALF_MM : 0, width: 70, height: HALF_MM, "data-side": side }),
  );
}

/** The two leaves withdraw into the walls. @param {Element[]} pair @param {number} permille 0 = shut */
function slide(pair, permille) {
  if (pair[0].getAttribute("data-permille") === String(permille)) return;
  pair[0].setAttribute("data-permille", String(permille));
  const length = Math.max(30, HALF_MM * (1 - permille / 1000));
  pair[0].setAttribute("height", String(length));
  pair[1].setAttribute("height", String(length));
  pair[1].setAttribute("y", String(HALF_MM - length));
  for (const leaf of pair) leaf.classList.toggle("open", permille > 0);
}

/** @param {number} index @param {number} of */
function zone(index, of) {
  const width = CHAMBER_MM / of;
  return h("rect.zone", { x: index * width + 10, y: -HALF_MM + 20, width: width - 20, height: 2 * HALF_MM - 40, rx: 20 });
}
