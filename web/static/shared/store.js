// @ts-check
/** Signals: values that tell who depends on them. */

/** @type {(() => void) | null} */
let running = null;

/**
 * A value: read by `.value` inside an effect, the effect runs again when it is set to another.
 * @template T @param {T} initial @returns {{value: T}}
 */
export function signal(initial) {
  let current = initial;
  /** @type {Set<() => void>} */
  const readers = new Set();
  return {
    get value() {
      if (running) readers.add(running);
      return current;
    },
    set value(next) {
      if (Object.is(next, current)) return;
      current = next;
      for (const reader of [...readers]) {
        readers.delete(reader);
        reader();
      }
    },
  };
}

/** Run now, and again whenever a signal it read changes; returns what stops it. @param {() => void} work */
export function effect(work) {
  let stopped = false;
  function run() {
    if (stopped) return;
    const outer = running;
    running = run;
    try {
      work();
    } finally {
      running = outer;
    }
  }
  run();
  return () => {
    stopped = true;
  };
}

/** @template T @param {() => T} work @returns {{readonly value: T}} */
export function computed(work) {
  const result = signal(/** @type {any} */ (undefined));
  effect(() => {
    result.value = work();
  });
  return result;
}

/**
 * Keep the children of `parent` in step with `items`: one element for each key, made once, updated and moved after.
 * @template T
 * @param {Element} parent @param {readonly T[]} items @param {(item: T) => string} key
 * @param {(item: T) => Element} make @param {(element: any, item: T) => void} update
 */
export function keyed(parent, items, key, make, update) {
  const old = new Map([...parent.children].map((child) => [child.getAttribute("data-key"), child]));
  let after = null;
  for (const item of items) {
    const name = key(item);
    const element = old.get(name) ?? make(item);
    old.delete(name);
    element.setAttribute("data-key", name);
    update(element, item);
    /** @type {Element | null} */
    const place = after ? after.nextElementSibling : parent.firstElementChild;
    if (place !== element) parent.insertBefore(element, place);
    after = element;
  }
  for (const gone of old.values()) gone.remove();
}
