import { throwIfAborted } from '../core/errors.js';
import { cameraMotion, compose, STILL, type Affine } from './camera-motion.js';
import type { Flow } from './flow.js';
import { allocateTrust, flowTrust, type FlowTrust, type TrustScratch } from './flow-trust.js';
import { allocateRecord, packFlow, packPlane, type FrameRecord } from './frame-record.js';
import { IntervalSweeps } from './interval-sweeps.js';
import type { LearntKeyframe } from './learnt-keyframe.js';
import { halfSize, halvePicture, type Size } from './picture.js';
import type { Spill } from './spill.js';
import { UNKNOWN } from './trimap.js';

/** The flow between two neighbouring frames' half-size pictures, both ways. */
export interface FlowPair {
  /** From the earlier frame to the later one. */
  readonly forward: Flow;
  readonly backward: Flow;
}

/** A frame that was not a keyframe. */
export interface SolvedFrame {
  readonly trimap: Uint8Array<ArrayBuffer>;
  /** 255 where foreground is likelier than background, else 0; undefined unless masks are asked for. */
  readonly mask: Uint8Array | undefined;
  readonly confidence: number;
  /** Whether a keyframe reaches the frame; its trimap is all unknown if not. */
  readonly reached: boolean;
}

/**
 * The pictures from one keyframe to the next, both included where they exist: they are added in order, then
 * solved together. Memory does not grow with their number; what a frame needs until it is solved waits on
 * disk, 10 bytes a pixel at most.
 */
export class Interval {
  readonly #half: Size;
  readonly #size: Size;
  readonly #spill: Spill;
  readonly #record: FrameRecord;
  readonly #sweeps: IntervalSweeps;
  readonly #trust: FlowTrust;
  readonly #trustScratch: TrustScratch;
  readonly #earlier: Uint8Array;
  /** For each picture: the camera's motion to the one before it and from there to it. The first's stand still. */
  readonly #toPrevious: Affine[] = [];
  readonly #fromPrevious: Affine[] = [];

  /** @param masks - whether frames get a mask, too */
  constructor(size: Size, masks: boolean, spill: Spill) {
    const half = halfSize(size);
    const pixels = half.width * half.height;
    this.#size = size;
    this.#half = half;
    this.#spill = spill;
    this.#record = allocateRecord(size, masks);
    this.#sweeps = new IntervalSweeps(size, masks, spill);
    this.#trust = allocateTrust(half);
    this.#trustScratch = {
      difference: new Float32Array(pixels),
      plane: new Float32Array(pixels),
      row: new Float64Array(half.width),
    };
    this.#earlier = new Uint8Array(3 * pixels);
  }

  /**
   * @param rgb - interleaved R′G′B′ bytes
   * @param flows - between this picture and the one added before it; absent for the first
   */
  async add(rgb: Uint8Array, flows?: FlowPair): Promise<void> {
    const record = this.#record;
    record.rgb.set(rgb);
    halvePicture(record.half, rgb, this.#size);
    if (flows) {
      this.#toPrevious.push(this.#link(record, flows.backward, flows.forward, 'to'));
      this.#fromPrevious.push(this.#link(record, flows.forward, flows.backward, 'from'));
    } else {
      this.#toPrevious.push(STILL);
      this.#fromPrevious.push(STILL);
    }
    this.#earlier.set(record.half);
    await this.#spill.write(this.#toPrevious.length - 1, record.bytes);
  }

  /** Packs one flow and its trust into the record; returns the camera's part of it. */
  #link(record: FrameRecord, flow: Flow, back: Flow, way: 'to' | 'from'): Affine {
    const [here, there] = way === 'to' ? [record.half, this.#earlier] : [this.#earlier, record.half];
    flowTrust(this.#trust, flow, back, here, there, this.#half, this.#trustScratch);
    packFlow(way === 'to' ? record.toPrevious : record.fromPrevious, flow);
    const packed = way === 'to' ? record.trustToPrevious : record.trustFromPrevious;
    packPlane(packed.colour, this.#trust.colour, 255);
    packPlane(packed.roundTrip, this.#trust.roundTrip, 255);
    return cameraMotion(flow, this.#trust.colour, this.#half);
  }

  /**
   * The frames between the keyframes, in order; then forgets all pictures. Without a keyframe at an end, the
   * picture there is a frame like the others; without any, all frames are unknown.
   *
   * @param start - the first picture's keyframe
   * @param end - the last picture's keyframe
   */
  async *solve(
    start: LearntKeyframe | undefined,
    end: LearntKeyframe | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<SolvedFrame> {
    const count = this.#toPrevious.length;
    const first = start ? 1 : 0;
    const last = end ? count - 2 : count - 1;
    if (!start && !end) {
      this.#forget();
      for (let n = first; n <= last; n++) yield this.#unreached();
      return;
    }
    const confidences = await this.#sweeps.run({ first, last, start, end, ...this.#motions(count) }, signal);
    this.#forget();
    for (let n = first; n <= last; n++) {
      throwIfAborted(signal);
      await this.#spill.read(this.#record.bytes, n);
      yield {
        trimap: this.#record.trimap.slice(),
        mask: this.#record.mask?.slice(),
        confidence: confidences[n - first]!,
        reached: true,
      };
    }
  }

  #forget(): void {
    this.#toPrevious.length = 0;
    this.#fromPrevious.length = 0;
  }

  #unreached(): SolvedFrame {
    const trimap = new Uint8Array(this.#size.width * this.#size.height).fill(UNKNOWN);
    const mask = this.#record.mask && new Uint8Array(trimap.length);
    return { trimap, mask, confidence: 0, reached: false };
  }

  /** From every picture to the first and to the last. */
  #motions(count: number): { toStart: Affine[]; toEnd: Affine[] } {
    const toStart = [STILL];
    for (let n = 1; n < count; n++) toStart.push(compose(this.#toPrevious[n]!, toStart[n - 1]!));
    const toEnd = [STILL];
    for (let n = count - 2; n >= 0; n--) toEnd.unshift(compose(this.#fromPrevious[n + 1]!, toEnd[0]!));
    return { toStart, toEnd };
  }
}
