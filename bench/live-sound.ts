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

/** A clap as the page heard it. */
export interface HeardClap {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Its own time, on the stream's clock, milliseconds. */
  readonly time: number;
}

/** A script that runs before the viewer's page: notes each clap in `window.heard`. */
export const LISTEN_SCRIPT: string = String.raw`(() => {
  window.heard = [];
  let time = 0;
  window.AudioDecoder = class extends AudioDecoder {
    constructor({ output, error }) {
      // What is decoded is placed at once.
      super({ output: (sound) => ((time = sound.timestamp / 1000), output(sound)), error });
    }
  };
  let last = -Infinity;
  const { start } = AudioBufferSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function (when) {
    const { buffer, context, playbackRate } = this;
    const sample = buffer.getChannelData(0).findIndex((value) => Math.abs(value) > 0.2);
    const onset = sample / buffer.sampleRate;
    if (sample >= 0 && when > last + ${(2 * LENGTH) / 1000}) {
      const { contextTime, performanceTime } = context.getOutputTimestamp();
      const heard = when + onset / playbackRate.value - contextTime;
      window.heard.push({
        at: performance.timeOrigin + performanceTime + 1000 * heard,
        time: time + 1000 * onset,
      });
    }
    if (sample >= 0) last = when;
    return start.call(this, when);
  };
})()`;

/** By how much sound is later than pictures, milliseconds; negative: earlier. */
export interface SoundOffset {
  /** By the times that the stream gives both. */
  readonly sent: number;
  /** As it is heard and seen: a page draws pictures as they come; how late they are is the median of four seconds. */
  readonly heard: number;
}

/** Milliseconds of pictures on either side of a clap that say how late pictures are then. */
const AROUND = 2000;

/** @param begun - when sound began, milliseconds since 1970 */
export function soundOffsets(
  begun: number,
  heard: readonly HeardClap[],
  pictures: readonly TimedPicture[],
): SoundOffset[] {
  return heard.flatMap(({ at, time }) => {
    const clap = begun + PERIOD * Math.floor((at - begun) / PERIOD);
    const near = pictures.filter(({ at: seen, latency }) => Math.abs(seen - latency - clap) < AROUND);
    if (near.length === 0) return [];
    const usual = (values: readonly number[]): number => quantile(values, 0.5);
    return [
      {
        sent: time - clap - usual(near.map(({ origin }) => origin)),
        heard: at - clap - usual(near.map(({ latency }) => latency)),
      },
    ];
  });
}
