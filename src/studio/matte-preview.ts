import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { packRgba } from '../output/pack.js';
import type { Still, StillMatter } from '../pipeline/still-matter.js';

/** A matte that can be looked at. */
export interface PreviewedMatte {
  readonly id: string;
  /** From the picture to the matte. */
  readonly seconds: number;
}

interface Pictures {
  /** PNG: the subject's own colour, straight alpha. */
  readonly cutOut: Buffer;
  /** PNG: alpha as grey. */
  readonly alpha: Buffer;
}

/** Mattes that are kept, as PNGs of a megabyte or two at 1080p. */
const KEPT = 16;

/** Mattes frames one after another and keeps what was made of the last ones. */
export class MattePreview {
  readonly #matter: StillMatter;
  readonly #kept = new Map<string, Pictures>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(matter: StillMatter) {
    this.#matter = matter;
  }

  /** @throws MatteflowError `ENGINE_FAILED` */
  matte(still: Still): Promise<PreviewedMatte> {
    const made = this.#last.then(() => this.#matte(still));
    this.#last = made.catch(() => undefined);
    return made;
  }

  /** Undefined when it has been forgotten. */
  pictures(id: string): Pictures | undefined {
    return this.#kept.get(id);
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#matter.close();
  }

  async #matte(still: Still): Promise<PreviewedMatte> {
    const start = performance.now();
    const { planes } = await this.#matter.matte(still, { foreground: true });
    const seconds = (performance.now() - start) / 1000;
    const id = randomUUID();
    this.#kept.set(id, await encode(planes, still.image.format));
    for (const old of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(old);
    return { id, seconds };
  }
}

async function encode(planes: Pick<FramePlanes, 'alpha' | 'colour'>, format: FrameFormat): Promise<Pictures> {
  const { width, height } = format;
  const words = new Uint16Array(4 * width * height);
  packRgba(words, planes, format);
  const rgba = new Uint8Array(words.length);
  const alpha = new Uint8Array(width * height);
  for (let i = 0; i < alpha.length; i++) {
    const cover = (words[4 * i + 3]! + 128) / 257;
    alpha[i] = cover;
    rgba[4 * i + 3] = cover;
    // Colour that cannot be seen would only cost bytes.
    if (alpha[i] === 0) continue;
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = (words[4 * i + c]! + 128) / 257;
  }
  const [cutOut, grey] = await Promise.all([
    sharp(rgba, { raw: { width, height, channels: 4 } })
      .png({ compressionLevel: 1 })
      .toBuffer(),
    sharp(alpha, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png({ compressionLevel: 1 })
      .toBuffer(),
  ]);
  return { cutOut, alpha: grey };
}
