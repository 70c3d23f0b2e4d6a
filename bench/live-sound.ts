import { quantile, type TimedPicture } from './live-judge.js';

/** Samples a second. */
export const SOUND_RATE = 48_000;
/** Milliseconds from one clap to the next, and of each. */
const [PERIOD, LENGTH] = [2000, 60] as const;
/** Hertz, and steps of 16 bits. */
const TONE = { pitch: 1000, amplitude: 16_000 } as const;

/**
 * Sound that claps when it begins and every two seconds from then on.
 *
 * @param from - samples there are already
 * @param to - samples there are to be
 * @returns 16 bits a sample
 */
export function claps(from: number, to: number): Uint8Array {
  const samples = Int16Array.from({ length: Math.max(0, to - from) }, (_, i) => {
    const milliseconds = (1000 * (from + i)) / SOUND_RATE;
    if (milliseconds % PERIOD >= LENGTH) return 0;
    return TONE.amplitude * Math.sin((2 * Math.PI * TONE.pitch * milliseconds) / 1000);
  });
  return new Uint8Array(samples.buffer);
}

/**
 * A script for the viewer's page, before sound is asked for: notes in `window.heard` when each clap is heard, milliseconds since
 * 1970.
 */
export const LISTEN_SCRIPT: string = String.raw`(() => {
  window.heard = [];
  let last = -Infinity;
  const { start } = AudioBufferSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function (when) {
    const onset = this.buffer.getChannelData(0).findIndex((value) => Math.abs(value) > 0.2);
    const time = when + onset / this.buffer.sampleRate;
    if (onset >= 0 && time > last + ${(2 * LENGTH) / 1000}) {
      const { contextTime, performanceTime } = this.context.getOutputTimestamp();
      window.heard.push(performance.timeOrigin + performanceTime + 1000 * (time - contextTime));
    }
    if (onset >= 0) last = time;
    return start.call(this, when);
  };
})()`;

/** Milliseconds of pictures on either side of a clap that say how late pictures are then. */
const AROUND = 2000;

/**
 * By how much each clap was heard later than the pictures around it were seen, milliseconds; negative: earlier. A page draws
 * pictures as they come; how late they are is the median of four seconds.
 *
 * @param begun - when sound began, on the clock of the others
 * @param heard - when claps were heard
 */
export function soundOffsets(
  begun: number,
  heard: readonly number[],
  pictures: readonly TimedPicture[],
): number[] {
  return heard.flatMap((at) => {
    const clap = begun + PERIOD * Math.floor((at - begun) / PERIOD);
    const near = pictures.filter(({ at: seen, latency }) => Math.abs(seen - latency - clap) < AROUND);
    if (near.length === 0) return [];
    const latencies = near.map(({ latency }) => latency);
    return [at - clap - quantile(latencies, 0.5)];
  });
}
