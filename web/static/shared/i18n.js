// @ts-check
/** Texts by key, in one language at a time. A language that is not there is never replaced by another in silence. */

/** @typedef {{language: string, name: string, dir: "ltr" | "rtl", review: string, prompts: Record<string, string>}} Catalogue */

export class Texts {
  /** @param {Catalogue} catalogue */
  constructor(catalogue) {
    this.catalogue = catalogue;
    this.numbers = new Intl.NumberFormat(catalogue.language);
    this.plurals = new Intl.PluralRules(catalogue.language);
  }

  /** @param {string} address of the JSON file */
  static async load(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`no texts at ${address}`);
    return new Texts(await answer.json());
  }

  /** @param {HTMLElement} [element] whose text it is */
  apply(element = document.documentElement) {
    element.lang = this.catalogue.language;
    element.dir = this.catalogue.dir;
  }

  /**
   * The text of a key with {fields} put in; numbers in the language's digits. A key may have plural forms, "key.one".
   * @param {string} key @param {Record<string, string | number>} [fields]
   */
  say(key, fields = {}) {
    const form = typeof fields.n === "number" ? `${key}.${this.plurals.select(fields.n)}` : key;
    const text = this.catalogue.prompts[form] ?? this.catalogue.prompts[key];
    if (text === undefined) throw new Error(`${this.catalogue.language} has no text for ${key}`);
    return text.replace(/\{(\w+)\}/g, (_, name) => this.field(fields[name]));
  }

  /** @param {string} key */
  has(key) {
    return key in this.catalogue.prompts;
  }

  /** In the language's own digits. @param {number} value */
  number(value) {
    return this.numbers.format(value);
  }

  /** @param {string | number | undefined} value */
  field(value) {
    return typeof value === "number" ? this.number(value) : value ?? "";
  }
}
