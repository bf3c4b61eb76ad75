// @ts-check
/** The page's commands: the same addresses that a script may call. */

/** @type {(words: string) => void} */
let complain = () => {};

/** @param {(words: string) => void} listener told one sentence when something was refused */
export function onRefusal(listener) {
  complain = listener;
}

/** @param {"POST" | "PUT" | "DELETE"} method @param {string} path below /sim/api/ @param {object} [body] @returns {Promise<any>} null when refused */
export async function ask(method, path, body) {
  try {
    const answer = await fetch(`/sim/api/${path}`, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
    const said = await answer.json();
    if (answer.ok) return said;
    complain(typeof said.detail === "string" ? said.detail : "That cannot be done: look at what was asked");
  } catch {
    complain("The simulator does not answer");
  }
  return null;
}

/** @param {string} path */
export async function text(path) {
  return (await fetch(`/sim/api/${path}`)).text();
}

/** Moves, one on its way at a time: of several that wait only the newest goes. */
export class Mover {
  constructor() {
    /** @type {(() => Promise<any>) | null} */
    this.next = null;
    /** @type {Promise<void>} */
    this.settled = Promise.resolve();
    this.isBusy = false;
  }

  /** @param {string} name @param {object} place */
  send(name, place) {
    this.next = () => ask("PUT", `persons/${name}`, place);
    if (!this.isBusy) this.settled = this.run();
  }

  async run() {
    this.isBusy = true;
    while (this.next) {
      const move = this.next;
      this.next = null;
      await move();
    }
    this.isBusy = false;
  }
}
