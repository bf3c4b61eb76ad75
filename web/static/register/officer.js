// @ts-check
/** The staff's page: what there is to do follows from what one's roles may. The session is in this page's memory alone. */

import { byId, fill, h } from "../shared/dom.js";
import { showAudit } from "./audit.js";
import { showQueue } from "./cases.js";
import { showDocuments } from "./documents.js";
import { showPersons } from "./persons.js";
import { Refused, ask } from "./service.js";
import { showMachines, showStaff } from "./staff.js";

/** Asks as whoever is signed in. @typedef {(method: string, path: string, body?: unknown) => Promise<Response>} Ask */

/** A page, and the permission without which it has nothing to say. @type {{label: string, needs: string, show: (root: HTMLElement, ask: Ask, may: Set<string>) => unknown}[]} */
const PAGES = [
  { label: "Applications", needs: "view", show: showQueue },
  { label: "Persons", needs: "view", show: showPersons },
  { label: "Documents", needs: "view", show: showDocuments },
  { label: "Staff", needs: "administer", show: showStaff },
  { label: "Machines", needs: "administer", show: showMachines },
  { label: "Audit", needs: "audit", show: showAudit },
];

/** @param {HTMLElement} root @param {(token: string, permissions: string[]) => void} entered @param {string} [why] */
function showSignIn(root, entered, why = "") {
  const name = h("input", { name: "name", autocomplete: "username", required: true });
  const password = h("input", { name: "password", type: "password", autocomplete: "current-password", required: true });
  const said = h("p.said.bad", { role: "alert", hidden: !why }, why);

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    try {
      const session = await (await ask("POST", "/v1/sessions", { name: name.value, password: password.value })).json();
      entered(session.token, session.permissions);
    } catch (error) {
      fill(said, error instanceof Error ? error.message : String(error));
      said.hidden = false;
    }
  }

  fill(
    root,
    h("form", { onsubmit: submit }, h("section", {}, h("h2", {}, "Sign in"), h("label", {}, "Name", name), h("label", {}, "Password", password), h("button.main", { type: "submit" }, "Sign in"), said)),
  );
}

function start() {
  const root = byId("page");
  let token = "";

  /** @type {Ask} */
  async function asked(method, path, body) {
    try {
      return await ask(method, path, body, token);
    } catch (error) {
      if (error instanceof Refused && error.code === "not_signed_in") leave("You were signed out: sign in again.");
      throw error;
    }
  }

  /** @param {string} [why] */
  function leave(why) {
    token = "";
    fill(byId("nav"));
    showSignIn(root, enter, why);
  }

  async function signOut() {
    await ask("DELETE", "/v1/sessions/current", undefined, token).catch(() => undefined);
    leave();
  }

  /** @param {string} session @param {string[]} permissions */
  function enter(session, permissions) {
    token = session;
    const may = new Set(permissions);
    const pages = PAGES.filter((page) => may.has(page.needs));
    const buttons = pages.map((page) => h("button", { type: "button", onclick: () => page.show(root, asked, may) }, page.label));
    fill(byId("nav"), ...buttons, h("button", { type: "button", onclick: signOut }, "Sign out"));
    if (pages.length) pages[0].show(root, asked, may);
    else fill(root, h("section", {}, h("p", {}, "None of your roles has anything to do in the register.")));
  }

  leave();
  root.removeAttribute("aria-busy");
}

start();
