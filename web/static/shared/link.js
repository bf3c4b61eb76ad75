// @ts-check
/** One WebSocket to the page's own server: comes back by itself, resumes where it was, says when it is stale. */

/**
 * @typedef {import("./api.js").Message & {data: any}} Envelope
 * @typedef {{
 *   snapshot: (data: any) => void, event: (envelope: Envelope) => void, picture?: (data: ArrayBuffer) => void,
 *   stale?: (isStale: boolean) => void, build?: (build: string) => void, closed?: (code: number) => void}} Handlers
 */

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 1000;
const MISSED_BEATS = 3;
const LISTEN_MS = 500;

export class Link {
  /** @param {string} path e.g. "/api/v1/ws" @param {Handlers} handlers */
  constructor(path, handlers) {
    this.path = path;
    this.handlers = handlers;
    this.resume = "";
    this.retryMs = FIRST_RETRY_MS;
    this.staleMs = 6000;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.isStale = true;
    this.isClosed = false;
    this.heardAt = performance.now();
    this.staleTimer = window.setInterval(() => this.listen(), LISTEN_MS);
    this.connect();
    this.heard();
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const mark = this.path.includes("?") ? "&" : "?";
    const socket = new WebSocket(`${scheme}//${location.host}${this.path}${mark}resume=${encodeURIComponent(this.resume)}`);
    socket.binaryType = "arraybuffer";
    socket.onmessage = (message) => this.receive(message.data);
    socket.onclose = (event) => this.lost(event.code);
    this.socket = socket;
  }

  /** @param {string | ArrayBuffer} data */
  receive(data) {
    this.heard();
    if (data instanceof ArrayBuffer) {
      this.handlers.picture?.(data);
      return;
    }
    /** @type {Envelope} */
    const envelope = JSON.parse(data);
    if (envelope.type === "hello") {
      this.retryMs = FIRST_RETRY_MS;
      this.staleMs = envelope.data.beat_s * MISSED_BEATS * 1000;
      this.handlers.build?.(envelope.data.build);
    } else if (envelope.type === "snapshot") this.handlers.snapshot(envelope.data);
    else if (envelope.type !== "beat") this.handlers.event(envelope);
    if (envelope.type !== "hello") this.resume = `${envelope.boot}-${envelope.seq}`;
  }

  heard() {
    this.heardAt = performance.now();
    if (this.socket?.readyState === WebSocket.OPEN) this.setStale(false);
  }

  listen() {
    if (performance.now() - this.heardAt >= this.staleMs) this.setStale(true);
  }

  /** @param {boolean} isStale */
  setStale(isStale) {
    if (isStale === this.isStale) return;
    this.isStale = isStale;
    this.handlers.stale?.(isStale);
  }

  /** @param {number} code */
  lost(code) {
    this.socket = null;
    this.handlers.closed?.(code);
    if (this.isClosed) return;
    setTimeout(() => this.connect(), this.retryMs * (0.5 + Math.random() / 2));
    this.retryMs = Math.min(LAST_RETRY_MS, this.retryMs * 2);
  }

  /** True when it could be sent. @param {object} message */
  send(message) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** For good, e.g. after a sign-out. */
  close() {
    this.isClosed = true;
    clearInterval(this.staleTimer);
    this.socket?.close();
  }
}
