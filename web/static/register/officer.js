// @ts-check
/** The officers' page: sign in, applications that wait, persons and their visas. The session is in this page's memory alone. */

import { byId, fill, h } from "../shared/dom.js";
import { showQueue } from "./cases.js";
import { showPersons } from "./persons.js";
import { Refused, ask } from "./service.js";

/** Asks as whoever is signed in. @typedef {(method: string, path: string, body?: unknown) => Promise<Response>} Ask */

/** @param {HTMLElement} root @param {(token: string, roles: string[]) => void} entered @param {string} [why] */
function showSignIn(root, entered, why = "") {
  const name = h("input", { name: "name", autocomplete: "username", required: true });
  const password = h("input", { name: "password", type: "password", autocomplete: "current-password", required: true });
  const said = h("p.said.bad", { role: "alert", hidden: !why }, why);

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    try {
      const session = await (await ask("POST", "/v1/sessions", { name: name.value, password: password.value })).json();
      entered(session.token, session.roles);
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

  /** @param {string} session */
  function enter(session) {
    token = session;
    fill(
      byId("nav"),
      h("button", { type: "button", onclick: () => showQueue(root, asked) }, "Applications"),
      h("button", { type: "button", onclick: () => showPersons(root, asked) }, "Persons"),
      h("button", { type: "button", onclick: signOut }, "Sign out"),
    );
    showQueue(root, asked);
  }

  leave();
  root.removeAttribute("aria-busy");
}

start();
