// @ts-check
/** Says prompts aloud where recordings are there: /voice/audio/<language>/<key>.opus, made by tools/make_voice.py or by people. */

/** @returns {(language: string, key: string) => void} begins with the prompt, is never queued, and stops with the next one */
export function speaker() {
  /** @type {Promise<Record<string, string[]>>} */
  const there = recordings();
  /** @type {HTMLAudioElement | null} */
  let playing = null;
  let newest = 0;
  return async (language, key) => {
    const mine = ++newest;
    playing?.pause();
    playing = null;
    const spoken = (await there)[language] ?? [];
    if (mine !== newest || !spoken.includes(key)) return;
    playing = new Audio(new URL(`/voice/audio/${language}/${key}.opus`, location.href).href);
    playing.play().catch(() => {}); // a browser without the kiosk's flag waits for a first touch
  };
}

/** Which texts have a recording, by language; none where nobody made any. */
async function recordings() {
  const answer = await fetch("/voice/index.json");
  return answer.ok ? answer.json() : {};
}
