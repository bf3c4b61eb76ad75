// @ts-check
/** What the page knows, all of it from the server: applied from snapshot and events, drawn once a frame. It holds no truth. */

/** @typedef {{lane: string, up: boolean, direction: string, simulated: boolean, software: string, heard_ms_ago: number | null, now: any, doors: any, at?: number}} Lane */
/** @typedef {any} Alarm */
/** @typedef {any} Case */

const NORMAL = "normal";
const LAST_CROSSINGS = 20;
/** Between two drawings: twenty-five pictures a second are movement, and sixty are a processor's core. */
const DRAW_MS = 40;
/** @type {Record<string, string>} what an event changes; all else changes everything */
const CHANGES = { lane: "lanes", "lane.detail": "lanes", doors: "doors", alarm: "alarms", case: "alarms", command: "commands" };

export class State {
  constructor() {
    /** @type {Map<string, Lane>} */
    this.lanes = new Map();
    /** @type {Map<string, any>} */
    this.details = new Map();
    /** @type {Map<string, Alarm>} */
    this.alarms = new Map();
    /** @type {Map<string, Case>} */
    this.cases = new Map();
    /** @type {Map<string, any>} */
    this.commands = new Map();
    /** @type {Map<string, any>} */
    this.sheets = new Map();
    /** @type {Map<string, any>} */
    this.handovers = new Map();
    /** @type {any[]} */
    this.posts = [];
    /** @type {any} */
    this.session = null;
    this.isStale = false;
    this.staleSince = 0;
    this.skew = 0;
    /** @type {any[]} newest first */
    this.crossings = [];
    /** @type {Set<(changed: Set<string>) => void>} */
    this.listeners = new Set();
    this.waiting = false;
    this.drawnAt = 0;
    /** @type {Set<string>} since the last drawing: "lanes", "doors", "alarms", "commands" or "all" */
    this.dirty = new Set();
    /** @type {Set<string>} lanes that were told of since the last drawing */
    this.touched = new Set();
    this.lag = 0;
    /** @type {number[]} */
    this.timers = [];
  }

  /** Until this person has gone. @param {number} ms @param {() => void} work */
  every(ms, work) {
    this.timers.push(window.setInterval(work, ms));
  }

  /** This person has gone, and nothing of his goes on. */
  end() {
    this.timers.forEach(clearInterval);
    this.listeners.clear();
  }

  /** The server's time in UTC seconds. */
  now() {
    return Date.now() / 1000 + this.skew;
  }

  /** @param {any} data */
  snapshot(data) {
    this.skew = data.server_time_s - Date.now() / 1000;
    this.lanes = new Map(data.lanes.map((/** @type {Lane} */ lane) => [lane.lane, { ...lane, at: performance.now() }]));
    this.details = new Map(Object.entries(data.details));
    this.alarms = byKey(data.alarms);
    this.cases = byKey(data.cases);
    this.commands = byKey(data.commands);
    this.sheets = byKey(data.sheets);
    this.handovers = byKey(data.handovers);
    this.crossings = data.crossings;
    this.posts = data.posts;
    this.session = { ...this.session, ...data.session };
    this.changed();
  }

  /** @param {any} envelope */
  event(envelope) {
    const { type, data, lane } = envelope;
    this.lag = Math.max(0, this.now() * 1000 - Date.parse(envelope.ts));
    if (type === "lane") this.lanes.set(lane, { ...data, at: performance.now() });
    else if (type === "lane.detail") this.details.set(lane, data);
    else if (type === "doors") {
      const known = this.lanes.get(lane);
      if (known) known.doors = data;
    } else if (type === "alarm") keep(this.alarms, data, data.state !== NORMAL);
    else if (type === "case") keep(this.cases, data, !data.closed_at_s);
    else if (type === "command") this.commands.set(data.id, data);
    else if (type === "sheet") keep(this.sheets, data, !(data.state === "closed" && data.seen_by_sender));
    else if (type === "handover") keep(this.handovers, data, !data.accepted_at_s);
    else if (type === "posts") this.posts = data.posts;
    else if (type === "crossing") this.crossings = [data, ...this.crossings].slice(0, LAST_CROSSINGS);
    if (lane) this.touched.add(lane);
    this.changed(CHANGES[type] ?? "all");
  }

  /** Whoever listens is told with the next frame, and not before DRAW_MS after the last one. @param {string} what */
  changed(what = "all") {
    this.dirty.add(what);
    if (this.waiting) return;
    this.waiting = true;
    const wait = this.drawnAt + DRAW_MS - performance.now();
    if (wait > 0) setTimeout(() => requestAnimationFrame(() => this.tell()), wait);
    else requestAnimationFrame(() => this.tell());
  }

  tell() {
    this.waiting = false;
    this.drawnAt = performance.now();
    const dirty = this.dirty;
    this.dirty = new Set();
    for (const listener of [...this.listeners]) listener(dirty);
    this.touched.clear();
  }

  /** @param {(changed: Set<string>) => void} listener called after each change, once a frame; returns what stops it */
  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Most serious first, then the newest. @returns {Alarm[]} */
  get alarmList() {
    const rank = (/** @type {Alarm} */ alarm) => (alarm.state === "shelved" ? 9 : alarm.state === "acknowledged" ? 4 : 0) + alarm.priority;
    return [...this.alarms.values()].sort((a, b) => rank(a) - rank(b) || b.raised_at_s - a.raised_at_s);
  }

  /** @returns {Case[]} */
  get queue() {
    return [...this.cases.values()].sort((a, b) => a.priority - b.priority || a.opened_at_s - b.opened_at_s);
  }

  /** @param {string} what */
  may(what) {
    return Boolean(this.session?.may?.includes(what)) && this.session.state === "active";
  }

  /** Whether cases and commands of this lane are this person's. @param {string} lane */
  covers(lane) {
    const lanes = this.session?.lanes ?? [];
    return lanes.length || this.session?.role === "assistant" ? lanes.includes(lane) : true;
  }

  get officer() {
    return this.session?.officer ?? "";
  }
}

/** @param {any[]} rows */
function byKey(rows) {
  return new Map(rows.map((row) => [row.id, row]));
}

/** @param {Map<string, any>} map @param {any} row @param {boolean} stays */
function keep(map, row, stays) {
  if (stays) map.set(row.id, row);
  else map.delete(row.id);
}
