// @ts-check
/** Sign-in, the first own password, and the locked screen. */

import { h, fill } from "../shared/dom.js";
import { ask, Refused } from "./api.js";

/** @param {Element} root @param {(session: any) => void} done */
export function showSignIn(root, done) {
  const login = h("input", { id: "login", name: "login", required: true, autocomplete: "username", maxlength: 40 });
  const password = h("input", { id: "password", name: "password", type: "password", required: true, autocomplete: "current-password", maxlength: 128 });
  form(root, "Sign in", [row("Name", login), row("Password", password)], "Sign in", async () => {
    done(await ask("POST", "/session", { login: login.value.trim(), password: password.value }));
  });
  login.focus();
}

/** @param {Element} root @param {(session: any) => void} done */
export function showNewPassword(root, done) {
  const old = h("input", { id: "old", type: "password", required: true, autocomplete: "current-password", maxlength: 128 });
  const fresh = h("input", { id: "fresh", type: "password", required: true, autocomplete: "new-password", minlength: 12, maxlength: 128 });
  form(root, "Choose your own password", [row("Password you were given", old), row("New password, 12 characters or more", fresh)], "Change", async () => {
    done(await ask("POST", "/session/password", { old: old.value, new: fresh.value }));
  });
  old.focus();
}

/** Over a locked screen: alarms stay in sight beside it. @param {() => void} done @param {string} login */
export function lockPanel(done, login) {
  const panel = h("section.lock", { "aria-label": "Locked" });
  const password = h("input", { id: "unlock", type: "password", required: true, autocomplete: "current-password", maxlength: 128 });
  const name = h("input", { type: "hidden", name: "username", autocomplete: "username", value: login });
  form(panel, `Locked · ${login}`, [name, row("Password", password)], "Unlock", async () => {
    await ask("POST", "/session/unlock", { password: password.value });
    done();
  });
  panel.append(h("p.dim", {}, "Alarms go on. Emergency release of one lane: choose it with its number, hold F9."));
  return panel;
}

/** @param {string} label @param {HTMLElement} input */
function row(label, input) {
  return h("div.field", {}, h("label", { for: input.id }, label), input);
}

/** @param {Element} root @param {string} title @param {Element[]} rows @param {string} button @param {() => Promise<void>} send */
function form(root, title, rows, button, send) {
  const problem = h("p.problem", { role: "alert", hidden: true });
  const submit = h("button.primary", { type: "submit" }, button);
  const element = h("form.sign-in", {}, h("h1", {}, title), ...rows, problem, submit);
  element.addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    submit.disabled = true;
    problem.hidden = true;
    try {
      await send();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem.textContent = error.message;
      problem.hidden = false;
    } finally {
      submit.disabled = false;
    }
  });
  fill(root, root.tagName === "SECTION" ? element : h("main.sign-in-page", {}, h("p.brand", {}, "egate"), element));
}
