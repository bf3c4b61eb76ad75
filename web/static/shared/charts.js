// @ts-check
/** Three small charts as SVG: a line through time, bars, a score against its threshold. Colours come from CSS. */

import { h } from "./dom.js";

/** @param {readonly number[]} values oldest first @param {{width?: number, height?: number, label?: string, max?: number}} [options] */
export function sparkline(values, { width = 160, height = 36, label = "", max } = {}) {
  const top = max ?? Math.max(1e-9, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const points = values.map((value, index) => `${(index * step).toFixed(1)},${y(value, top, height)}`).join(" ");
  return chart("sparkline", width, height, label, h("polyline", { points, fill: "none" }));
}

/** @param {readonly {name: string, value: number}[]} rows @param {{width?: number, height?: number, label?: string, max?: number}} [options] */
export function bars(rows, { width = 160, height = 60, label = "", max } = {}) {
  const top = max ?? Math.max(1e-9, ...rows.map((row) => row.value));
  const step = width / Math.max(1, rows.length);
  const drawn = rows.map((row, index) => {
    const from = Number(y(row.value, top, height));
    const attributes = { x: (index * step + 1).toFixed(1), y: from, width: Math.max(1, step - 2).toFixed(1), height: height - from };
    return h("rect.bar", attributes, h("title", {}, `${row.name}: ${row.value}`));
  });
  return chart("bars", width, height, label, ...drawn);
}

/**
 * A score on its scale with the threshold as a mark, earlier tries as dots.
 * @param {{score: number, threshold: number, earlier?: readonly number[], low?: number, high?: number}} match
 * @param {{width?: number, height?: number, label?: string}} [options]
 */
export function scoreBar({ score, threshold, earlier = [], low = 0, high = 1 }, { width = 240, height = 26, label = "" } = {}) {
  const x = (/** @type {number} */ value) => Math.min(width, Math.max(0, ((value - low) / (high - low)) * width)).toFixed(1);
  const middle = height / 2;
  return chart(
    "score",
    width,
    height,
    label,
    h("rect.track", { x: 0, y: middle - 4, width, height: 8, rx: 4 }),
    h(score >= threshold ? "rect.value.above" : "rect.value.below", { x: 0, y: middle - 4, width: x(score), height: 8, rx: 4 }),
    ...earlier.map((value) => h("circle.earlier", { cx: x(value), cy: middle, r: 3 })),
    h("line.threshold", { x1: x(threshold), x2: x(threshold), y1: 1, y2: height - 1 }),
  );
}

/** @param {number} value @param {number} top @param {number} height */
function y(value, top, height) {
  return (height - 1 - (Math.min(value, top) / top) * (height - 2)).toFixed(1);
}

/** @param {string} kind @param {number} width @param {number} height @param {string} label @param {...Element} parts */
function chart(kind, width, height, label, ...parts) {
  const named = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return h(`svg.chart.${kind}`, { viewBox: `0 0 ${width} ${height}`, width, height, ...named }, ...parts);
}
