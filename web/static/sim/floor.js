// @ts-check
/** The gate from above, large: zones that light up, light barriers, people and things; people can be dragged. */

import { fill, h } from "../shared/dom.js";
import { CHAMBER_MM, GatePlan, HALL_MM } from "../shared/gate-plan.js";

/**
 * @typedef {import("../shared/api.js").PersonShown} Body
 * @typedef {import("../shared/api.js").ThingShown} Thing
 * @typedef {import("../shared/api.js").FloorShown} Floor
 */

const HALF_MM = 500;
const CASES = { cabin_case: [200, 350], suitcase: [300, 480], trolley: [900, 550], loaded_trolley: [900, 550], wheelchair: [560, 620] };
const SMALL = [260, 220];
const PACE_MS = 50;

export class FloorPlan extends GatePlan {
  /** @param {number[]} beams_mm @param {(name: string, x_mm: number, y_mm?: number) => void} moved @param {(name: string) => void} chosen */
  constructor(beams_mm, moved, chosen) {
    super({ label: "The gate from above: the hall is on the left, the state side on the right" });
    this.element.setAttribute("viewBox", `${-HALL_MM} ${-HALF_MM - 230} ${2 * HALL_MM + CHAMBER_MM} ${2 * HALF_MM + 450}`);
    this.moved = moved;
    this.chosen = chosen;
    this.selected = "";
    /** @type {Map<string, SVGElement>} */
    this.people = new Map();
    this.entryZone = h("rect.zone.threshold", { x: -250, y: -HALF_MM + 14, width: 500, height: 2 * HALF_MM - 28, rx: 24 });
    this.exitZone = h("rect.zone.threshold", { x: CHAMBER_MM - 250, y: -HALF_MM + 14, width: 500, height: 2 * HALF_MM - 28, rx: 24 });
    this.chamberZone = h("rect.zone.presence", { x: 270, y: -HALF_MM + 14, width: CHAMBER_MM - 540, height: 2 * HALF_MM - 28, rx: 24 });
    this.count = h("text.count", { x: CHAMBER_MM / 2, y: -HALF_MM + 120, "text-anchor": "middle" });
    this.beams = beams_mm.map((x) => h("line.beam", { x1: x, x2: x, y1: -HALF_MM, y2: HALF_MM }));
    this.passport = h("g.passport", { transform: `translate(-600 ${-HALF_MM + 65})` }, h("rect", { x: -62, y: -44, width: 124, height: 88, rx: 8 }), h("circle", { r: 20 }));
    const before = this.element.querySelector(".leaf");
    for (const part of [this.entryZone, this.exitZone, this.chamberZone, ...this.beams]) this.element.insertBefore(part, before);
    this.seen = h("g.seen");
    this.element.insertBefore(this.passport, this.bodies);
    this.element.insertBefore(this.count, this.bodies);
    this.element.append(this.seen, camera(), ...words());
  }

  /** @param {Floor} floor */
  show(floor) {
    super.show(floor);
    this.entryZone.classList.toggle("lit", !floor.entry_clear);
    this.exitZone.classList.toggle("lit", !floor.exit_clear);
    this.chamberZone.classList.toggle("lit", Boolean(floor.count));
    this.beams.forEach((beam, index) => beam.classList.toggle("cut", Boolean(floor.barriers & (1 << index))));
    this.count.textContent = floor.count === null ? "persons: unknown" : `persons: ${floor.count}, sure ${floor.confidence} %`;
    fill(this.seen, ...floor.seen.map(([cx, cy, kind]) => h(`circle.${kind}`, { cx, cy, r: kind === "thing" ? 210 : 250 })));
    this.passport.classList.toggle("there", floor.page);
    this.element.classList.toggle("fire", floor.fire);
    this.element.classList.toggle("dim", floor.illumination < 0.5);
  }

  /** @param {string} _person @param {Body[]} persons @param {string} _thing @param {Thing[]} things */
  place(_person, persons, _thing, things) {
    const wanted = new Map(persons.map((body) => [body.name, body]));
    for (const [name, element] of this.people) {
      if (wanted.has(name)) continue;
      element.remove();
      this.people.delete(name);
    }
    persons.forEach((body) => {
      const element = this.people.get(body.name) ?? this.enter(body);
      element.style.transform = `translate(${body.x_mm}px, ${body.y_mm}px)`;
      element.classList.toggle("selected", body.name === this.selected);
      element.classList.toggle("lies", body.lies);
    });
    this.drop(things);
  }

  /** @param {Thing[]} things */
  drop(things) {
    const drawn = [...this.bodies.querySelectorAll(".thing")];
    drawn.slice(things.length).forEach((element) => element.remove());
    things.forEach((thing, index) => {
      const element = drawn[index] ?? this.bodies.insertBefore(bag(), this.bodies.firstChild);
      element.setAttribute("transform", `translate(${thing.x_mm} ${thing.y_mm})`);
    });
  }

  /** @param {Body} body */
  enter(body) {
    const kind = body.by_hand ? "hand" : body.friend ? "friend" : body.artefact ? "artefact" : "goes";
    const element = h(
      `g.body.${kind}`,
      { tabindex: 0, role: "button", "aria-label": `${body.name.replace(/[_-]/g, " ")}: drag, or move with the arrow keys`, "data-name": body.name },
      ...body.carries.map(carried),
      h("ellipse.shoulders", { rx: 120, ry: 205 }),
      h("circle.head", { r: 92, cx: 18 }),
      h("path.nose", { d: "M104 -26 L138 0 L104 26 Z" }),
      body.artefact && h("rect.held", { x: 150, y: -90, width: 22, height: 180, rx: 6 }),
      body.covered && h("path.scarf", { d: "M60 -80 A92 92 0 0 1 60 80 L20 60 A60 60 0 0 0 20 -60 Z" }),
      h("title", {}, body.name.replace(/[_-]/g, " ")),
    );
    element.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => this.drag(event, body.name, element));
    element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.nudge(event, body.name));
    this.people.set(body.name, element);
    this.bodies.append(element);
    return element;
  }

  /** @param {PointerEvent} event @param {string} name @param {SVGElement} element */
  drag(event, name, element) {
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    element.focus();
    this.selected = name;
    this.chosen(name);
    let sent = 0;
    const moved = (/** @type {PointerEvent} */ at) => {
      if (at.timeStamp - sent < PACE_MS && at.type === "pointermove") return;
      sent = at.timeStamp;
      const point = this.millimetres(at);
      this.moved(name, Math.max(-HALL_MM, Math.min(CHAMBER_MM + HALL_MM, point.x)), Math.max(-HALF_MM, Math.min(HALF_MM, point.y)));
    };
    const over = (/** @type {PointerEvent} */ at) => {
      moved(at);
      element.removeEventListener("pointermove", moved);
    };
    element.addEventListener("pointermove", moved);
    element.addEventListener("pointerup", over, { once: true });
    element.addEventListener("pointercancel", () => element.removeEventListener("pointermove", moved), { once: true });
  }

  /** @param {KeyboardEvent} event @param {string} name */
  nudge(event, name) {
    const step = { ArrowLeft: -150, ArrowRight: 150 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.selected = name;
    this.chosen(name);
    const x = new DOMMatrix(getComputedStyle(/** @type {Element} */ (this.people.get(name))).transform).e;
    this.moved(name, x + step);
  }

  /** @param {PointerEvent} event */
  millimetres(event) {
    const matrix = this.element.getScreenCTM();
    return matrix ? new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse()) : new DOMPoint();
  }
}

/** @param {import("../shared/api.js").CarriedShown} piece */
function carried({ what, ahead_mm, beside_mm }) {
  const [length, width] = CASES[/** @type {keyof typeof CASES} */ (what)] ?? SMALL;
  return h("rect.luggage", { x: ahead_mm - length / 2, y: beside_mm - width / 2, width: length, height: width, rx: 50 }, h("title", {}, what.replace(/_/g, " ")));
}

function bag() {
  return h("g.thing", {}, h("rect", { x: -180, y: -120, width: 360, height: 240, rx: 46 }), h("path", { d: "M-70 -120 V-160 H70 V-120", fill: "none" }));
}

function camera() {
  return h("g.camera", { transform: `translate(${CHAMBER_MM + 330} ${-HALF_MM + 75})` }, h("rect", { x: -60, y: -45, width: 120, height: 90, rx: 16 }), h("path", { d: "M-60 -26 L-108 -50 V50 L-60 26 Z" }), h("circle", { r: 22 }));
}

function words() {
  const at = (/** @type {number} */ x, /** @type {string} */ said) => h("text.place", { x, y: HALF_MM + 190, "text-anchor": "middle" }, said);
  return [at(-1500, "hall"), at(0, "entry door"), at(CHAMBER_MM / 2, "chamber"), at(CHAMBER_MM, "exit door"), at(CHAMBER_MM + 1500, "state side"), h("text.place", { x: -600, y: -HALF_MM - 120, "text-anchor": "middle" }, "reader"), h("text.place", { x: CHAMBER_MM + 330, y: -HALF_MM - 120, "text-anchor": "middle" }, "camera")];
}
