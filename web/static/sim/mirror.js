// @ts-check
/** The traveller's screen beside the gate: the same page, fed as a mirror; it confirms nothing. */

import { h } from "../shared/dom.js";
import { Link } from "../shared/link.js";
import { loadTexts, TravellerScreen } from "../traveller/screen.js";

export class Mirror {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.glass = h("div.traveller");
    this.frame = h("div.glass.traveller-frame", {}, this.glass);
    root.append(this.frame);
    /** @type {TravellerScreen | null} */
    this.screen = null;
    /** @type {import("../shared/api.js").PromptMessage | null} */
    this.newest = null;
    this.link = new Link("/sim/screen/ws", {
      snapshot: (data) => this.begin(data),
      event: (envelope) => this.hear(envelope),
      picture: (data) => this.screen?.view.draw(data),
      stale: (isStale) => this.frame.classList.toggle("stale", isStale),
    });
  }

  /** @param {import("../shared/api.js").TravellerSnapshot} data */
  async begin(data) {
    this.newest = data;
    if (!this.screen) {
      const texts = await loadTexts(data.languages);
      this.screen ??= new TravellerScreen(this.glass, texts, (message) => this.link.send(message));
    }
    if (this.newest) this.screen.show(this.newest);
  }

  /** @param {import("../shared/link.js").Envelope} envelope */
  hear(envelope) {
    if (envelope.type === "prompt") this.newest = envelope.data;
    if (envelope.type === "prompt") this.screen?.show(envelope.data);
    if (envelope.type === "language") this.screen?.speak(envelope.data.language);
    if (envelope.type === "limit") this.screen?.extend(envelope.data);
  }
}
