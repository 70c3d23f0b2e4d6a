import type { Size } from '../../trimap/picture.js';
import { BACKGROUND, FOREGROUND } from '../../trimap/trimap.js';
import { scoreMatte } from '../metrics.js';
import { meanOfFrames } from './clip-means.js';
import type { FrameScores, MethodResult, TemporalScores } from './clip-results.js';
import { dtssd } from './dtssd.js';
import { alphaChange } from './flicker.js';
import { messddt } from './messddt.js';
import type { Motion } from './motion.js';
import type { JudgedMatte } from './temporal.js';

/** One frame of a matte, on its way to being judged. */
export interface MattedFrame {
  /** Position in the clip, from 0. */
  readonly index: number;
  /** The matte, 0..1, row-major, the clip's size. Read before the promise of whoever takes the frame settles. */
  readonly alpha: Float32Array;
}

/** What a clip's frames are judged by. Positions are counted from 0. */
export interface Judgement {
  readonly size: Size;
  /** The number people know the frame by. */
  readonly numberOf: (index: number) => number;
  /** The exact alpha 0..1; undefined where there is none. */
  readonly truthAt: (index: number) => Promise<Float32Array | undefined>;
  /** 0 background, 255 foreground, anything else unknown. */
  readonly trimapAt: (index: number) => Promise<Uint8Array>;
  readonly motion: Pick<Motion, 'flowTo'>;
}

/** The frame before, kept for what only two frames show. */
interface Kept extends JudgedMatte {
  readonly index: number;
  readonly unknown: Uint8Array;
}

/** Scores one method's frames as they come, in order. Holds two frames, however long the clip is. */
export class ClipMeter {
  readonly #by: Judgement;
  readonly #frames: FrameScores[] = [];
  #before: Kept | undefined;

  constructor(by: Judgement) {
    this.#by = by;
  }

  /** Takes the next frame; one without truth is passed over. @throws RangeError for a matte of another size */
  async add({ index, alpha }: MattedFrame): Promise<void> {
    const { size, numberOf, truthAt, trimapAt } = this.#by;
    const truth = await truthAt(index);
    if (!truth) return;
    const trimap = await trimapAt(index);
    const scores = scoreMatte(alpha, truth, trimap, size.width, size.height);
    const kept: Kept = { index, predicted: alpha.slice(), truth, unknown: unknownMask(trimap) };
    const temporal = await this.#compare(kept);
    this.#frames.push({ frame: numberOf(index), ...scores, ...(temporal && { temporal }) });
    this.#before = kept;
  }

  /** The scores so far. */
  result(): MethodResult {
    return { mean: meanOfFrames(this.#frames), frames: [...this.#frames] };
  }

  async #compare(later: Kept): Promise<TemporalScores | undefined> {
    const earlier = this.#before;
    if (earlier?.index !== later.index - 1) return undefined;
    const pair = { earlier, later, unknown: earlier.unknown };
    const flow = await this.#by.motion.flowTo(later.index);
    return {
      dtssd: dtssd(pair),
      messddt: messddt(pair, flow, this.#by.size),
      change: alphaChange(pair),
    };
  }
}

function unknownMask(trimap: Uint8Array): Uint8Array {
  return trimap.map((value) => (value === BACKGROUND || value === FOREGROUND ? 0 : 1));
}
