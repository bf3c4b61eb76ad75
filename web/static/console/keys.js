// @ts-check
/** The keyboard. Single letters can be made to need Alt (WCAG 2.1.4); F9 must be held for a second. */

const HOLD_MS = 1000;
const ALT = "egate-keys-need-alt";

/** @typedef {Record<string, () => void>} Table */

export class Keys {
  /** @param {Table} table key -> what it does: "A", "Shift+X", "ArrowDown", "1" @param {{pressed: () => void, released: (done: boolean) => void, held: () => void}} release */
  constructor(table, release) {
    this.table = table;
    this.release = release;
    this.holding = 0;
    document.addEventListener("keydown", (event) => this.down(event));
    document.addEventListener("keyup", (event) => this.up(event));
    window.addEventListener("blur", () => this.stop(false));
  }

  get needAlt() {
    return localStorage.getItem(ALT) === "1";
  }

  set needAlt(on) {
    localStorage.setItem(ALT, on ? "1" : "0");
  }

  /** @param {KeyboardEvent} event */
  down(event) {
    if (event.key === "F9") {
      event.preventDefault();
      if (!event.repeat) this.begin();
      return;
    }
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || target.closest("input, textarea, select, dialog[open]")) return;
    const isLetter = event.key.length === 1;
    if (isLetter && this.needAlt !== event.altKey) return;
    const name = event.shiftKey && /^[a-z]$/i.test(event.key) ? `Shift+${event.key.toUpperCase()}` : isLetter ? event.key.toUpperCase() : event.key;
    const act = this.table[name];
    if (!act || (event.key === "Enter" && target.closest("button"))) return;
    event.preventDefault();
    act();
  }

  begin() {
    this.release.pressed();
    this.holding = window.setTimeout(() => {
      this.holding = 0;
      this.release.released(true);
      this.release.held();
    }, HOLD_MS);
  }

  /** @param {KeyboardEvent} event */
  up(event) {
    if (event.key === "F9") this.stop(false);
  }

  /** @param {boolean} done */
  stop(done) {
    if (!this.holding) return;
    clearTimeout(this.holding);
    this.holding = 0;
    this.release.released(done);
  }
}
