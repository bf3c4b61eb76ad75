// @ts-check
/** The page at the gate: tells when a prompt is painted and that it lives, and comes back by itself. */

import { byId } from "../shared/dom.js";
import { Link } from "../shared/link.js";
import { showAway } from "./away.js";
import { loadTexts, TravellerScreen } from "./screen.js";
import { speaker } from "./voice.js";

/** @typedef {import("./screen.js").Shown} Shown */

const ALIVE_MS = 2000;
const MAX_HEAP_MB = 200;

/** After the next frame is on the glass. @param {() => void} then */
function painted(then) {
  requestAnimationFrame(() => requestAnimationFrame(then));
}

function heapMb() {
  return Math.round(((/** @type {any} */ (performance).memory?.usedJSHeapSize ?? 0) / 1048576) * 10) / 10;
}

async function start() {
  const root = byId("screen");
  const mirror = new URLSearchParams(location.search).get("mirror") === "1";
  const build = new URL(import.meta.url).pathname.split("/")[2];
  /** @type {TravellerScreen | null} */
  let screen = null;
  /** @type {Shown | null} */
  let newest = null;

  /** @param {Shown} shown */
  function show(shown) {
    newest = shown;
    if (!screen) return;
    screen.show(shown);
    painted(() => link.send({ painted: shown.rev }));
  }

  const link = new Link(`${location.pathname.replace(/\/$/, "")}/ws${mirror ? "?mirror=1" : ""}`, {
    snapshot: async (data) => {
      newest = data;
      if (!screen) {
        const texts = await loadTexts(data.languages);
        screen ??= new TravellerScreen(root, texts, (message) => link.send(message), { spoken: document.documentElement, voice: mirror ? undefined : speaker() });
      }
      if (newest) show(newest);
    },
    event: (envelope) => {
      if (envelope.type === "prompt") show(envelope.data);
      if (envelope.type === "limit") {
        if (newest) newest = { ...newest, limit: envelope.data };
        screen?.extend(envelope.data);
      }
      if (envelope.type === "language") {
        if (newest) newest = { ...newest, language: envelope.data.language };
        screen?.speak(envelope.data.language);
      }
    },
    picture: (data) => screen?.view.draw(data),
    stale: (isStale) => showAway(byId("away"), isStale),
    build: (served) => {
      if (served !== build && (!screen || screen.shown?.idle)) location.reload();
    },
  });
  setInterval(() => {
    const heap = heapMb();
    link.send({ alive: { heap_mb: heap, ...screen?.view.figures() } });
    if (heap > MAX_HEAP_MB && screen?.shown?.idle) location.reload();
  }, ALIVE_MS);
}

if (document.getElementById("screen")) start();
