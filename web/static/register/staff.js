// @ts-check
/** Who may sign in and with which roles; tokens of gates and of other authorities' systems. Nothing of any traveller. */

import { fill, h } from "../shared/dom.js";
import { sayer } from "./cases.js";

/** @typedef {import("./officer.js").Ask} Ask */
/** @typedef {{name: string, roles: string[], disabled: boolean}} Member */
/** @typedef {{name: string, scopes: string[], ends_at: string | null, revoked: boolean}} Machine */

const ROLES = ["viewer", "assistant", "lane_officer", "shift_supervisor", "investigator", "engineer", "administrator", "auditor"];
const SCOPES = /** @type {Record<string, string>} */ ({ gate: "A gate: all that a lane asks", passages: "Entries and exits, for officers elsewhere" });

/** @param {string} key */
const plain = (key) => key.replaceAll("_", " ");

/** @param {string} legend @param {Record<string, string>} choices key -> label */
function boxes(legend, choices) {
  const inputs = Object.keys(choices).map((key) => h("input", { type: "checkbox", value: key }));
  const element = h("fieldset", {}, h("legend", {}, legend), ...inputs.map((input) => h("label.check", {}, input, choices[input.value])));
  return { element, chosen: () => inputs.filter((input) => input.checked).map((input) => input.value) };
}

/** @param {HTMLElement} root @param {Ask} ask */
export async function showStaff(root, ask) {
  const { said, say } = sayer();
  const name = h("input", { name: "new-name", autocomplete: "off", required: true });
  const password = h("input", { name: "new-password", type: "password", autocomplete: "new-password", required: true });
  const roles = boxes("Roles", Object.fromEntries(ROLES.map((role) => [role, plain(role)])));
  const list = h("ul.cards", { "aria-label": "Staff" });

  async function again() {
    const members = await (await ask("GET", "/v1/staff")).json();
    fill(list, ...members.map((/** @type {Member} */ each) => member(each, disable)));
  }

  /** @param {string} who */
  const disable = (who) => tried(say, () => ask("DELETE", `/v1/staff/${encodeURIComponent(who)}`), again);

  /** @param {Event} event */
  function add(event) {
    event.preventDefault();
    said.hidden = true;
    return tried(say, () => ask("POST", "/v1/staff", { name: name.value.trim(), password: password.value, roles: roles.chosen() }), again);
  }

  fill(
    root,
    h("h2", {}, "Staff"),
    h("form", { onsubmit: add }, h("section", {}, h("label", {}, "Name (a pseudonym)", name), h("label", {}, "First password, at least 12 letters", password), roles.element, h("button.main", { type: "submit" }, "Add"), said)),
    list,
  );
  await tried(say, again, async () => undefined);
}

/** @param {Member} one @param {(who: string) => void} disable */
function member(one, disable) {
  return h(
    "li.card",
    { "data-name": one.name, "data-disabled": one.disabled },
    h("p.state", {}, one.disabled ? `${one.name} (disabled)` : one.name),
    h("p", {}, one.roles.map(plain).join(", ")),
    !one.disabled && h("button", { type: "button", onclick: () => disable(one.name) }, `Disable ${one.name}`),
  );
}

/** @param {HTMLElement} root @param {Ask} ask */
export async function showMachines(root, ask) {
  const { said, say } = sayer();
  const name = h("input", { name: "new-machine", autocomplete: "off", required: true });
  const ends = h("input", { name: "ends", type: "date" });
  const scopes = boxes("May ask", SCOPES);
  const list = h("ul.cards", { "aria-label": "Tokens" });
  const token = h("p.code", { id: "token", dir: "ltr", hidden: true });

  async function again() {
    const machines = await (await ask("GET", "/v1/machines")).json();
    fill(list, ...machines.map((/** @type {Machine} */ each) => machine(each, revoke)));
  }

  /** @param {string} which */
  const revoke = (which) => tried(say, () => ask("DELETE", `/v1/machines/${encodeURIComponent(which)}`), again);

  /** @param {Event} event */
  function add(event) {
    event.preventDefault();
    said.hidden = true;
    token.hidden = true;
    const asked = { name: name.value.trim(), scopes: scopes.chosen(), ...(ends.value ? { ends_at: `${ends.value}T00:00:00Z` } : {}) };
    return tried(say, async () => {
      fill(token, (await (await ask("POST", "/v1/machines", asked)).json()).token);
      token.hidden = false;
    }, again);
  }

  fill(
    root,
    h("h2", {}, "Machines' tokens"),
    h(
      "form",
      { onsubmit: add },
      h("section", {}, h("label", {}, "Name, as in its certificate", name), h("label", {}, "Until (may stay empty)", ends), scopes.element, h("button.main", { type: "submit" }, "Make a token"), h("p.soft", {}, "It is shown once and kept nowhere."), token, said),
    ),
    list,
  );
  await tried(say, again, async () => undefined);
}

/** @param {Machine} one @param {(which: string) => void} revoke */
function machine(one, revoke) {
  const until = one.ends_at === null ? "without an end" : `until ${new Date(one.ends_at).toLocaleDateString()}`;
  return h(
    "li.card",
    { "data-name": one.name, "data-revoked": one.revoked },
    h("p.state", {}, one.revoked ? `${one.name} (revoked)` : one.name),
    h("p", {}, `${one.scopes.map((scope) => SCOPES[scope] ?? scope).join("; ")}; ${until}`),
    !one.revoked && h("button", { type: "button", onclick: () => revoke(one.name) }, `Revoke ${one.name}`),
  );
}

/** @param {(error: unknown) => void} say @param {() => Promise<unknown>} work @param {() => Promise<unknown>} after */
async function tried(say, work, after) {
  try {
    await work();
    await after();
  } catch (error) {
    say(error);
  }
}
