// @ts-check
/** Elements by one small builder. No text ever becomes markup. */

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "path", "circle", "rect", "line", "ellipse", "polyline", "polygon", "text", "title", "defs", "clipPath", "use"]);

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * h("button.big", {type: "button", onclick: pressed}, "Help"): an element with classes, attributes and children.
 * A function under `on...` is a listener; true and false set and leave out an attribute; `style` is refused (the
 * content policy forbids it): use classes, or element.style in code.
 * @param {string} name tag, then .classes
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {any}
 */
export function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(attributes)) setAttribute(element, key, value);
  element.append(...children.flat().filter(present).map(node));
  return element;
}

/** @param {Element} element @param {string} key @param {unknown} value */
function setAttribute(element, key, value) {
  if (key === "style") throw new Error("style attributes are forbidden by the content policy");
  if (key.startsWith("on")) {
    if (typeof value !== "function") throw new Error(`${key} takes a function`);
    element.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
  } else if (value === true) element.setAttribute(key, "");
  else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, String(value));
}

/** @param {Child} child */
function present(child) {
  return child !== null && child !== undefined && child !== false;
}

/** @param {Child} child @returns {Node} */
function node(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

/** Replace everything inside. @param {Element} parent @param {...Child} children */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.filter(present).map(node));
}

/** The element of this id; a page without it is broken. @param {string} id @returns {any} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}
