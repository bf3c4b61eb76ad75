// @ts-check
/** Alarm sounds, made here: priority 1 a two-tone, priority 2 a single tone, a hold about to lapse a rising one. */

const SILENCE_S = 60;

export class Sounds {
  constructor() {
    /** @type {AudioContext | null} */
    this.context = null;
    this.silentUntil = 0;
  }

  /** Browsers let a page sound only after a touch: signing in is one. */
  wake() {
    this.context ??= new AudioContext();
    void this.context.resume();
  }

  /** All but a new priority 1 keep quiet for a minute. */
  silence() {
    this.silentUntil = performance.now() + SILENCE_S * 1000;
  }

  get isSilent() {
    return performance.now() < this.silentUntil;
  }

  /** @param {{priority: number, sound: "first" | "again" | "warning"}} heard */
  play({ priority, sound }) {
    if (this.isSilent && !(priority === 1 && sound === "first")) return;
    window.dispatchEvent(new CustomEvent("egate-sound", { detail: `${priority}:${sound}` }));
    if (sound === "warning") this.tones([[660, 0, 0.12], [880, 0.14, 0.12], [1175, 0.28, 0.2]]);
    else if (priority === 1) this.tones([[880, 0, 0.18], [660, 0.2, 0.18], [880, 0.4, 0.18], [660, 0.6, 0.18]]);
    else this.tones([[740, 0, 0.25]]);
  }

  /** @param {[number, number, number][]} notes frequency in Hz, begin and length in s */
  tones(notes) {
    const context = this.context;
    if (!context || context.state !== "running") return;
    for (const [frequency, begin, length] of notes) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      const from = context.currentTime + begin;
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(0.25, from + 0.01);
      volume.gain.setValueAtTime(0.25, from + length - 0.03);
      volume.gain.linearRampToValueAtTime(0, from + length);
      tone.connect(volume).connect(context.destination);
      tone.start(from);
      tone.stop(from + length);
    }
  }
}
