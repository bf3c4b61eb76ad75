// @ts-check
/** The register's own questions. Every refusal comes back as one plain sentence. */

/** @typedef {{passage: string, direction: string, passed_at: string, gate: string}} Passage */
/** @typedef {{record: string, state: string, valid_from: string, valid_until: string, entries_left: number | null, stay_days_left: number | null, document_masked: string, passages: Passage[]}} Visa */
/** @typedef {{application: string, state: string, said: string[], why: string[], words: string, first_name: string, document_masked: string, valid_from: string, valid_until: string, portrait_advice: string[], visa: Visa | null}} Application */
/** @typedef {{party: string, access: string, applications: Application[]}} Party */

/** What the service refused, in its own words, and by code for pages in other languages. */
export class Refused extends Error {
  /** @param {string} sentence @param {string} code @param {string} [advice] what is wrong with a picture, as a key */
  constructor(sentence, code, advice = "") {
    super(sentence);
    this.code = code;
    this.advice = advice;
  }
}

/**
 * @param {string} method @param {string} path @param {unknown} [body] @param {string} [access] @param {Record<string, string>} [more]
 * @returns {Promise<Response>}
 */
export async function ask(method, path, body, access = "", more = {}) {
  const headers = { ...more, ...(access ? { Authorization: `Bearer ${access}` } : {}), ...(body ? { "Content-Type": "application/json" } : {}) };
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body ? JSON.stringify(body) : undefined, cache: "no-store" });
  } catch {
    throw new Refused("There is no connection just now. What you have filled in is still here: try again.", "offline");
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Refused(sentence(problem, answer.status), problem.code ?? "", problem.advice ?? "");
}

/** @param {any} problem @param {number} status */
function sentence(problem, status) {
  if (problem.code === "body_too_large") return "The pictures are too large: take smaller ones.";
  if (problem.code === "too_often") return "Too many tries: wait a minute, then try again.";
  if (typeof problem.title !== "string") return `The service refused (${status}): try again later.`;
  return problem.title.charAt(0).toUpperCase() + problem.title.slice(1) + (problem.title.endsWith(".") ? "" : ".");
}

const LARGEST_PX = 2000;

/** A photograph as the service takes it: scaled down, as a JPEG, without what the telephone notes in it. @param {File} file */
export async function picture(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!bitmap) throw new Refused("This file is no picture that can be shown: choose another.", "no_picture");
  const scale = Math.min(1, LARGEST_PX / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new Refused("This browser cannot scale pictures: use another.", "no_canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.92).split(",")[1];
}
