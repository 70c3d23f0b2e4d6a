import type { Ffmpeg } from '../ffmpeg/tools.js';
import { openClip, type Clip } from '../ingest/clip.js';
import { partOf } from '../ingest/clip-part.js';
import type { Image } from '../ingest/read-image.js';
import { readPictures } from '../ingest/read-pictures.js';

/** Frames that are kept: those round the one that is being painted. 6 MB each at 1080p. */
const KEPT = 12;

/** Frames at full size, 8 bits, decoded when they are asked for; the last few are kept. */
export class FullFrames {
  readonly #ffmpeg: Ffmpeg;
  readonly #clip: Clip;
  readonly #signal: AbortSignal;
  /** In the order they were last asked for. */
  readonly #kept = new Map<number, Promise<Image>>();

  constructor(ffmpeg: Ffmpeg, clip: Clip, signal: AbortSignal) {
    this.#ffmpeg = ffmpeg;
    this.#clip = clip;
    this.#signal = signal;
  }

  /** @throws MatteflowError what decoding throws */
  async read(index: number): Promise<Image> {
    const frame = this.#kept.get(index) ?? this.#decode(index);
    this.#kept.delete(index);
    this.#kept.set(index, frame);
    for (const old of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(old);
    try {
      return await frame;
    } catch (error) {
      this.#kept.delete(index);
      throw error;
    }
  }

  async #decode(index: number): Promise<Image> {
    const one = await this.#runOfOne(index);
    const { width, height } = one.format;
    let samples: Uint8Array = new Uint8Array();
    for await (const { rgb } of readPictures(this.#ffmpeg, one, one.format, this.#signal)) samples = rgb;
    return {
      format: {
        ...{ width, height, model: 'rgb', depth: 8, tags: { range: 'pc' } },
        sampleAspect: one.format.sampleAspect,
      },
      samples,
    };
  }

  /** Of numbered pictures only the one is opened. */
  async #runOfOne(index: number): Promise<Clip> {
    const { path, kind, firstNumber } = this.#clip;
    const number = firstNumber + index;
    if (kind === 'sequence') {
      return openClip(this.#ffmpeg, path, { range: [number, number], signal: this.#signal });
    }
    return partOf(this.#clip, { first: index, count: 1 });
  }
}
