// @ts-check
/** Who did and saw what, oldest first, a page at a time; of one member of staff, or about one thing. */

import { fill, h } from "../shared/dom.js";
import { sayer } from "./cases.js";

/** @typedef {import("./officer.js").Ask} Ask */
/** @typedef {{entry: number, at: string, actor: string, action: string, subject: string, detail: Record<string, unknown>}} Entry */

/** @param {HTMLElement} root @param {Ask} ask */
export function showAudit(root, ask) {
  const { said, say } = sayer();
  const actor = h("input", { name: "actor", autocomplete: "off" });
  const subject = h("input", { name: "subject", autocomplete: "off" });
  const list = h("ul.cards", { "aria-label": "Entries" });
  const more = h("button", { type: "button", hidden: true, onclick: () => page() }, "Later entries");
  let after = 0;

  async function page() {
    said.hidden = true;
    const asked = new URLSearchParams({ after: String(after), actor: actor.value.trim(), subject: subject.value.trim() });
    try {
      const { entries } = await (await ask("GET", `/v1/audit?${asked}`)).json();
      list.append(...entries.map(entryCard));
      if (entries.length) after = entries[entries.length - 1].entry;
      more.hidden = !entries.length;
      if (!list.children.length) list.append(h("li.card", {}, "There is no such entry."));
    } catch (error) {
      say(error);
    }
  }

  /** @param {Event} event */
  function search(event) {
    event.preventDefault();
    after = 0;
    fill(list);
    return page();
  }

  fill(
    root,
    h("h2", {}, "Audit"),
    h("form", { onsubmit: search }, h("section", {}, h("div.dates", {}, h("label", {}, "By whom", actor), h("label", {}, "About (an id)", subject)), h("button.main", { type: "submit" }, "Show"), said)),
    list,
    more,
  );
  return page();
}

/** @param {Entry} one */
export function entryCard(one) {
  const detail = Object.entries(one.detail).map(([name, value]) => `${name.replaceAll("_", " ")}: ${value}`);
  return h(
    "li.card",
    { "data-action": one.action },
    h("p.state", {}, `${one.actor}: ${one.action.replaceAll("_", " ")}`),
    h("p", {}, `${one.subject}, ${new Date(one.at).toLocaleString()}`),
    detail.length > 0 && h("p.soft", {}, detail.join("; ")),
  );
}
