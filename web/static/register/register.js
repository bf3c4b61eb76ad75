// @ts-check
/** The traveller's pages: apply, and see how it stands. The code lives in this page's memory alone. */

import { byId, fill, h } from "../shared/dom.js";
import { showApply } from "./apply.js";
import { ask } from "./service.js";
import { showStatus } from "./status.js";

/** @param {HTMLElement} root */
function showReturn(root) {
  const code = h("input", { name: "code", autocomplete: "off", required: true });
  const said = h("p.said.bad", { role: "alert", hidden: true });

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const [party, access] = code.value.trim().split(/\s+/);
    try {
      const told = await (await ask("GET", `/v1/parties/${encodeURIComponent(party)}`, undefined, access ?? "")).json();
      showStatus(root, { ...told, access });
    } catch (error) {
      fill(said, error instanceof Error ? error.message : String(error));
      said.hidden = false;
    }
  }

  fill(root, h("form", { onsubmit: submit }, h("section", {}, h("h2", {}, "Come back to your application"), h("label", {}, "Your code", code), h("button.main", { type: "submit" }, "Show"), said)));
}

function start() {
  const root = byId("page");
  const pages = /** @type {Record<string, () => void>} */ ({
    "#apply": () => showApply(root, (party) => showStatus(root, party)),
    "#return": () => showReturn(root),
  });
  fill(byId("nav"), h("a", { href: "#apply" }, "Apply"), h("a", { href: "#return" }, "I have a code"));

  function show() {
    (pages[location.hash] ?? pages["#apply"])();
    root.removeAttribute("aria-busy");
  }

  addEventListener("hashchange", () => {
    show();
    root.focus();
  });
  show();
}

start();
