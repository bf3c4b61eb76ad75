// @ts-check
/** Human words for the codes of lanes and records. A code without words is shown as it is, without underscores. */

/** @type {Record<string, string>} */
const STEPS = {
  document: "Reading document",
  register: "Asking register",
  passport_taken: "Passport back",
  admission: "Walking in",
  face: "Looking for face",
  decision: "Deciding",
  release: "Walking out",
};
/** @type {Record<string, string>} */
const STATES = { in_service: "Ready", closed: "Closed", closing: "Closing", starting: "Starting", stopped: "Stopped", maintenance: "Maintenance" };
/** @type {Record<string, string>} */
const CHECKS = {
  zone_and_check_digits: "Zone and check digits",
  assurance: "Proof of the document",
  printed_portrait: "Printed portrait = record",
  linked_visa: "Linked visa",
  answered_by: "Answered by",
  watchlist: "Watchlist",
  passport_taken: "Passport taken back",
  portrait_of_the_record: "Portrait of the record",
  live_face: "Live face = record",
  no_artefact: "No artefact shown",
};
/** @type {Record<string, string>} */
const ROLES = {
  viewer: "Viewer",
  assistant: "Assistant",
  lane_officer: "Lane officer",
  shift_supervisor: "Shift supervisor",
  investigator: "Second line",
  engineer: "Engineer",
  administrator: "Administrator",
  auditor: "Auditor",
};
/** @type {Record<string, string>} */
const ACTIONS = {
  pass: "Let pass",
  retry: "Try again",
  send_back: "Let back out",
  hold: "Hold",
  refer: "To the desk",
  open: "Open lane",
  close_after_current: "Close after this",
  close_now: "Close now",
  enter_maintenance: "Maintenance",
  leave_maintenance: "End maintenance",
  release: "Emergency release",
  release_onward: "Release to state side",
};

/** @param {string} code */
export function plain(code) {
  const text = code.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {Record<string, string>} table */
const from = (table) => (/** @type {string} */ code) => table[code] ?? plain(code);

export const stepWords = from(STEPS);
export const stateWords = from(STATES);
export const checkWords = from(CHECKS);
export const roleWords = from(ROLES);
export const actionWords = from(ACTIONS);

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Minutes and seconds. @param {number} s */
export function clock(s) {
  const whole = Math.max(0, Math.round(s));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** @param {number} utcSeconds */
export function timeOfDay(utcSeconds) {
  return new Date(utcSeconds * 1000).toLocaleTimeString("en-GB");
}

/** @param {string | number} at ISO time or UTC seconds */
export function dayAndTime(at) {
  const date = new Date(typeof at === "number" ? at * 1000 : at);
  return `${date.toLocaleDateString("en-GB")} ${date.toLocaleTimeString("en-GB")}`;
}

/** @param {number | null | undefined} share */
export function percent(share) {
  return share === null || share === undefined ? "–" : `${Math.round(share * 100)} %`;
}
