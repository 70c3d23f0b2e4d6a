import type { IntegerFormat, FramePlanes } from '../core/frame.js';
import { enlargeRows, smoothTrimap } from '../trimap/enlarge.js';
import { allocateFlow, FlowEstimator, type Flow } from '../trimap/flow.js';
import { halfSize, halvePicture, type Size } from '../trimap/picture.js';
import { DisocclusionFill } from './disocclusion.js';
import { KeyframeChase } from './keyframe-chase.js';
import { moveAlpha, trimapOf } from './move-alpha.js';
import { measurePlate, PlateTrimaps } from './plate-trimaps.js';
import { reduceColour, reducedSize, reducePlane, reduction } from './reduced-picture.js';
import type { LiveTrimaps } from './trimap-source.js';
import { blockCount, keepUnchanged, restoreKept, type Matted } from './unchanged.js';

type Planes = Pick<FramePlanes, 'colour' | 'trimap' | 'alpha'>;

/** Frames a plate is measured from: half a second of an ordinary camera. */
const PLATE_FRAMES = 12;

/** What a frame's trimap turned out to be. */
export interface TrimapState {
  /** Whether there is anything to make trimaps from yet; without, the whole frame counts as background. */
  readonly ready: boolean;
  /** Frames still to be looked at before the plate is measured. */
  readonly plateFrames: number;
}

/** What is remembered from frame to frame, for pictures of one size. */
export class PictureState {
  readonly #format: IntegerFormat;
  readonly #reduced: Size;
  readonly #half: Size;
  /** Of the flow: pixels of the frame along a cell's side, and how many there are in a row. */
  readonly #cells: { readonly factor: number; readonly columns: number };
  readonly #rgb: Uint8ClampedArray;
  readonly #trimap: Uint8Array;
  readonly #alpha: Float32Array;
  readonly #estimator: FlowEstimator;
  readonly #flow: Flow;
  readonly #disocclusion: DisocclusionFill;
  readonly #present: Uint8Array;
  /** Of the last frame that was matted. */
  readonly #matted: Matted;
  readonly #mattedHalf: Uint8Array;
  readonly #kept: Uint8Array;
  /** The trimap as it was before kept blocks were made known. */
  readonly #whole: Uint8Array;
  #trimaps: LiveTrimaps | undefined;
  #plate: Uint8Array[] | undefined;
  /** A keyframe that is being painted, or is on its way to the present picture. */
  #chase: KeyframeChase | undefined;
  #hasMatted = false;

  constructor(format: IntegerFormat) {
    const pixels = format.width * format.height;
    const reduced = reducedSize(format);
    const half = halfSize(reduced);
    this.#format = format;
    this.#reduced = reduced;
    this.#half = half;
    this.#cells = { factor: 2 * reduction(format), columns: half.width };
    this.#rgb = new Uint8ClampedArray(3 * reduced.width * reduced.height);
    this.#trimap = new Uint8Array(reduced.width * reduced.height);
    this.#alpha = new Float32Array(reduced.width * reduced.height);
    this.#estimator = new FlowEstimator(half);
    this.#flow = allocateFlow(half);
    this.#disocclusion = new DisocclusionFill(format, half, this.#cells.factor);
    this.#present = new Uint8Array(3 * half.width * half.height);
    this.#mattedHalf = new Uint8Array(3 * half.width * half.height);
    this.#matted = {
      luma: new Uint8Array(pixels),
      trimap: new Uint8Array(pixels),
      alpha: new Float32Array(pixels),
    };
    this.#kept = new Uint8Array(blockCount(format));
    this.#whole = new Uint8Array(pixels);
  }

  /** Begins to measure a plate: the next frames show none but the background. */
  capturePlate(): void {
    this.#plate = [];
  }

  /** A keyframe is painted on the present picture. @returns a copy of that: interleaved R′G′B′ bytes, `reducedSize` */
  takePicture(): Uint8Array {
    const taken = this.#bytes.slice();
    this.#chase = new KeyframeChase(taken, this.#reduced);
    return taken;
  }

  /** The picture taken last has been painted. @param trimap - `reducedSize` @returns false when none has been taken */
  paint(trimap: Uint8Array): boolean {
    this.#chase?.paint(trimap);
    return this.#chase !== undefined;
  }

  /** Trimaps come from here from now on. */
  use(trimaps: LiveTrimaps): void {
    this.#trimaps = trimaps;
    this.#hasMatted = false;
  }

  /** The present picture: interleaved R′G′B′, `reducedSize`. */
  get #bytes(): Uint8Array {
    return new Uint8Array(this.#rgb.buffer);
  }

  /** Fills a frame's trimap. */
  async fillTrimap(planes: Planes): Promise<TrimapState> {
    this.#look(planes);
    const rgb = this.#bytes;
    this.#catchUp(rgb);
    if (this.#plate) this.#measure(this.#plate, rgb);
    const plateFrames = this.#plate ? PLATE_FRAMES - this.#plate.length : 0;
    if (!this.#trimaps) {
      planes.trimap.fill(0);
      return { ready: false, plateFrames };
    }
    await this.#trimaps.next(this.#trimap, rgb);
    const smooth = smoothTrimap(this.#trimap, this.#reduced);
    enlargeRows(planes.trimap, smooth, this.#format, [0, this.#format.height]);
    return { ready: true, plateFrames };
  }

  /** Leaves only what has changed to be matted. @returns the share of blocks that keep their alpha, 0..1 */
  keep({ colour, trimap }: Planes): number {
    this.#whole.set(trimap);
    this.#kept.fill(0);
    if (!this.#hasMatted) return 0;
    const luma = colour[0];
    return keepUnchanged(this.#kept, { luma, trimap }, this.#matted, this.#format) / this.#kept.length;
  }

  /** After matting: puts back what was kept, remembers the frame, and lets the trimaps know. */
  finish(planes: Planes, kept: boolean): void {
    if (kept) {
      planes.trimap.set(this.#whole);
      restoreKept(planes.alpha, this.#kept, this.#matted.alpha, this.#format);
    }
    this.#matted.luma.set(planes.colour[0]);
    this.#matted.trimap.set(planes.trimap);
    this.#matted.alpha.set(planes.alpha);
    this.#mattedHalf.set(this.#present);
    this.#hasMatted = true;
    reducePlane(this.#alpha, planes.alpha, this.#format);
    this.#trimaps?.learn(this.#alpha);
  }

  /**
   * Alpha and trimap without matting, from the last frame that was.
   *
   * @returns false when there is none, or a plate is measured or a keyframe catches up, which want every frame
   */
  move(planes: Planes): boolean {
    if (!this.#hasMatted || this.#plate || this.#chase?.painted) return false;
    this.#look(planes);
    this.#chase?.see(this.#bytes);
    const [flow, here, there] = [this.#flow, this.#present, this.#mattedHalf];
    this.#estimator.estimate(flow, here, there);
    const { alpha, trimap } = planes;
    moveAlpha(alpha, this.#matted.alpha, flow, this.#format, this.#cells);
    this.#disocclusion.fill(alpha, { flow, here, there });
    trimapOf(trimap, alpha);
    return true;
  }

  /** The frame's picture, as trimaps and flow see it. */
  #look(planes: Planes): void {
    reduceColour(this.#rgb, planes, this.#format);
    halvePicture(this.#present, this.#bytes, this.#reduced);
  }

  #catchUp(rgb: Uint8Array): void {
    const painted = this.#chase?.advance();
    if (!painted) this.#chase?.see(rgb);
    else {
      this.#chase = undefined;
      this.use(painted);
    }
  }

  #measure(plate: Uint8Array[], rgb: Uint8Array): void {
    plate.push(rgb.slice());
    if (plate.length < PLATE_FRAMES) return;
    this.#plate = undefined;
    this.use(new PlateTrimaps(measurePlate(plate), this.#reduced));
  }
}
