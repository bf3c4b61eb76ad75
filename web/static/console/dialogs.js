// @ts-check
/** Questions in a <dialog>: the focus is on the harmless answer, Escape is that answer. */

import { h } from "../shared/dom.js";

/** @typedef {{name: string, label: string, kind?: "choice" | "text" | "password" | "number", options?: [string, string][], required?: boolean, max?: number, value?: string}} Field */

/**
 * @param {{title: string, text?: string, fields?: Field[], confirm: string, danger?: boolean}} question
 * @returns {Promise<Record<string, string> | null>} null = cancelled
 */
export function question({ title, text = "", fields = [], confirm, danger = false }) {
  return new Promise((resolve) => {
    const heading = h("h2", { id: "dialog-title" }, title);
    const cancel = h("button", { type: "button", onclick: () => dialog.close() }, "Cancel");
    const submit = h(danger ? "button.danger" : "button.primary", { type: "submit" }, confirm);
    const form = h(
      "form",
      { method: "dialog" },
      heading,
      text ? h("p", {}, text) : null,
      ...fields.map(field),
      h("div.dialog-buttons", {}, cancel, submit),
    );
    const dialog = h("dialog", { "aria-labelledby": "dialog-title" }, form);
    /** @type {Record<string, string> | null} */
    let answer = null;
    form.addEventListener("submit", () => {
      answer = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    const first = form.querySelector("input, select, textarea");
    (danger && !first ? cancel : first ?? cancel).focus();
  });
}

/** Nobody answers any more: the screen was locked, or somebody else signs in. */
export function closeQuestions() {
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
}

/** Each has an id of its own: a question may stand over a form that asks for the same. */
let made = 0;

/** @param {Field} field */
export function field({ name, label, kind = "text", options = [], required = false, max = 240, value = "" }) {
  made += 1;
  const id = `field-${made}-${name}`;
  const shared = { id, name, required };
  const input =
    kind === "choice"
      ? h("select", shared, ...options.map(([code, words]) => h("option", { value: code, selected: code === value }, words)))
      : kind === "text"
        ? h("textarea", { ...shared, rows: 2, maxlength: max }, value)
        : h("input", { ...shared, type: kind, maxlength: max, value, autocomplete: kind === "password" ? "current-password" : "off" });
  return h("div.field", {}, h("label", { for: id }, label), input);
}

/** One sentence at the bottom for a few seconds, read out by screen readers. @param {string} text @param {boolean} [isRefusal] */
export function say(text, isRefusal = false) {
  const said = document.getElementById("said");
  if (said) said.textContent = text;
  const toast = h(isRefusal ? "div.toast.refusal" : "div.toast", {}, text);
  document.body.append(toast);
  setTimeout(() => toast.remove(), isRefusal ? 7000 : 4000);
}
