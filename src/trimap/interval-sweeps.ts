import { throwIfAborted } from '../core/errors.js';
import { allocateBandScratch, deriveTrimap, type BandScratch } from './band.js';
import { BeliefFilter, type Message } from './belief.js';
import type { Affine } from './camera-motion.js';
import { CarriedSoftArea } from './carried-soft-area.js';
import { allocateColourModel, mixColours, type ColourModel } from './colour-model.js';
import { colourEvidence, type PlateView } from './evidence.js';
import { allocateFlow, type Flow } from './flow.js';
import { allocateTrust, type FlowTrust } from './flow-trust.js';
import {
  allocateRecord,
  packPlane,
  unpackFlow,
  unpackPlane,
  type FrameRecord,
  type PackedTrust,
} from './frame-record.js';
import { allocateLinearModel, applyLinearModelFull, type LinearModel } from './guided-filter.js';
import { frameConfidence } from './frame-confidence.js';
import type { LearntKeyframe } from './learnt-keyframe.js';
import { halfSize, type Size } from './picture.js';
import { allocateJoinScratch, joinSoftAreas, type JoinScratch } from './soft-area.js';
import type { Spill } from './spill.js';

/** What the far keyframe's colours count for right beside the near one, whose own count for one more. */
const FAR_SHARE = 0.2;
/** The colours of two keyframes are mixed anew at so many places between them. */
const MIXES = 16;

/**
 * Pictures `first` to `last` of a spill are to be solved; a keyframe lies just before and just after them, or
 * on one side only.
 */
export interface SweepPlan {
  readonly first: number;
  readonly last: number;
  readonly start: LearntKeyframe | undefined;
  readonly end: LearntKeyframe | undefined;
  /** The camera's motion from each picture to the first one and to the last one. */
  readonly toStart: readonly Affine[];
  readonly toEnd: readonly Affine[];
}

/**
 * The forward and the backward sweep over an interval's records. Holds the scratch memory of one picture
 * size.
 */
export class IntervalSweeps {
  readonly #size: Size;
  readonly #half: Size;
  readonly #spill: Spill;
  readonly #belief: BeliefFilter;
  readonly #flow: Flow;
  readonly #model: LinearModel;
  readonly #colours: ColourModel;
  /** How far along `#colours` is. */
  #mixedAt = NaN;
  readonly #join: JoinScratch;
  readonly #band: BandScratch;
  readonly #probability: Float32Array;
  readonly #state: Float32Array;
  readonly #certainty: Float32Array;
  readonly #forwardCertainty: Float32Array;
  readonly #forward: Float32Array;
  readonly #backward: Float32Array;
  readonly #trust: FlowTrust;
  readonly #colour: Float32Array;
  readonly #carried: CarriedSoftArea;
  readonly #spare: Float32Array;
  #record: FrameRecord;
  #later: FrameRecord;

  constructor(size: Size, masks: boolean, spill: Spill) {
    const half = halfSize(size);
    const plane = (): Float32Array => new Float32Array(half.width * half.height);
    this.#size = size;
    this.#half = half;
    this.#spill = spill;
    this.#belief = new BeliefFilter(half);
    this.#flow = allocateFlow(half);
    this.#model = allocateLinearModel(half);
    this.#colours = allocateColourModel(half);
    this.#join = allocateJoinScratch(size);
    this.#band = allocateBandScratch(size);
    this.#probability = new Float32Array(size.width * size.height);
    this.#state = plane();
    this.#certainty = plane();
    this.#forwardCertainty = plane();
    this.#forward = plane();
    this.#backward = plane();
    this.#trust = allocateTrust(half);
    this.#colour = plane();
    this.#carried = new CarriedSoftArea(half);
    this.#spare = plane();
    this.#record = allocateRecord(size, masks);
    this.#later = allocateRecord(size, masks);
  }

  /** Leaves every frame's trimap and mask in its record; returns their confidences, 0..1. */
  async run(plan: SweepPlan, signal: AbortSignal): Promise<number[]> {
    this.#mixedAt = NaN;
    await this.#sweepForward(plan, signal);
    return this.#sweepBackward(plan, signal);
  }

  async #sweepForward(plan: SweepPlan, signal: AbortSignal): Promise<void> {
    const { start } = plan;
    if (start) {
      this.#begin(start);
    }
    for (let n = plan.first; n <= plan.last; n++) {
      throwIfAborted(signal);
      const record = this.#record;
      await this.#spill.read(record.bytes, n);
      this.#look(plan, n, record);
      if (start) {
        unpackFlow(this.#flow, record.toPrevious);
        this.#unpackTrust(record.trustToPrevious);
        this.#step(this.#forward, record);
        packPlane(record.message, this.#forward, 255);
        packPlane(record.certainty, this.#certainty, 255);
        packPlane(record.softArea, this.#carried.area, 255);
      }
      packPlane(record.colour, this.#colour, 255);
      await this.#spill.write(n, record.bytes);
    }
  }

  async #sweepBackward(plan: SweepPlan, signal: AbortSignal): Promise<number[]> {
    const { start, end } = plan;
    const confidences: number[] = [];
    if (end) {
      this.#begin(end);
      await this.#spill.read(this.#later.bytes, plan.last + 1);
    }
    for (let n = plan.last; n >= plan.first; n--) {
      throwIfAborted(signal);
      const record = this.#record;
      await this.#spill.read(record.bytes, n);
      unpackPlane(this.#colour, record.colour, 255);
      if (end) {
        unpackFlow(this.#flow, this.#later.fromPrevious);
        this.#unpackTrust(this.#later.trustFromPrevious);
        this.#step(this.#backward, record);
      }
      const messages: Message[] = [];
      if (start) {
        unpackPlane(this.#forward, record.message, 255);
        unpackPlane(this.#forwardCertainty, record.certainty, 255);
        messages.push({ probability: this.#forward, certainty: this.#forwardCertainty });
      }
      if (end) messages.push({ probability: this.#backward, certainty: this.#certainty });
      this.#belief.meet(this.#model, messages, this.#colour, record.half);
      applyLinearModelFull(this.#probability, this.#model, record.rgb, this.#size, this.#half);
      const { softArea, givenUp } = this.#joinSoftAreas(plan, n, record);
      deriveTrimap(record.trimap, this.#probability, { softArea, messages }, this.#size, this.#band);
      if (record.mask) fillMask(record.mask, this.#probability);
      confidences.unshift(
        frameConfidence(record.trimap, this.#size, messages, {
          painted: ofKeyframes(plan, n, (keyframe) => keyframe.unknown),
          givenUp,
        }),
      );
      await this.#spill.write(n, record.bytes);
      this.#record = this.#later;
      this.#later = record;
    }
    return confidences;
  }

  #unpackTrust({ colour, roundTrip }: PackedTrust): void {
    unpackPlane(this.#trust.colour, colour, 255);
    unpackPlane(this.#trust.roundTrip, roundTrip, 255);
  }

  #begin(keyframe: LearntKeyframe): void {
    this.#state.set(keyframe.belief);
    this.#certainty.fill(1);
    this.#carried.begin(keyframe.softArea);
  }

  /** The neighbour's message to this frame, and this frame's own belief and soft areas from it. */
  #step(message: Float32Array, record: FrameRecord): void {
    this.#belief.pass(message, this.#certainty, this.#state, this.#flow, this.#trust);
    this.#belief.observe(this.#state, message, this.#certainty, this.#colour, record.half);
    this.#carried.step(this.#state, this.#certainty, this.#flow);
  }

  /** Fills `#colour` with what the keyframes' colours say of the frame. */
  #look({ start, end, toStart, toEnd }: SweepPlan, n: number, record: FrameRecord): void {
    const views: PlateView[] = [];
    if (start) views.push({ plate: start.plate, motion: toStart[n]! });
    if (end) views.push({ plate: end.plate, motion: toEnd[n]! });
    let colours = start?.colours ?? end!.colours;
    if (start && end) {
      const along = Math.round((MIXES * n) / (toStart.length - 1)) / MIXES;
      colours = this.#colours;
      if (along !== this.#mixedAt)
        mixColours(colours, start.colours, 1 - along + FAR_SHARE, end.colours, along + FAR_SHARE);
      this.#mixedAt = along;
    }
    colourEvidence(this.#colour, record.half, this.#half, colours, views, {
      a: this.#spare,
      b: this.#backward,
    });
  }

  /** Where the soft areas of the keyframes have come to lie. */
  #joinSoftAreas(plan: SweepPlan, n: number, record: FrameRecord): JoinedSoftAreas {
    if (!plan.start) return { softArea: this.#carried.area, givenUp: 0 };
    const softArea = this.#spare;
    unpackPlane(softArea, record.softArea, 255);
    if (!plan.end) return { softArea, givenUp: 0 };
    const givenUp = joinSoftAreas(softArea, this.#carried.area, this.#probability, this.#size, {
      painted: ofKeyframes(plan, n, (keyframe) => keyframe.softPixels),
      scratch: this.#join,
    });
    return { softArea, givenUp };
  }
}

function fillMask(dst: Uint8Array, probability: Float32Array): void {
  for (let i = 0; i < dst.length; i++) dst[i] = probability[i]! > 0.5 ? 255 : 0;
}

interface JoinedSoftAreas {
  /** 0..1, half size. */
  readonly softArea: Float32Array;
  /** Pixels that were left out. */
  readonly givenUp: number;
}

/** A figure of the keyframes, the nearer one's counting more. */
function ofKeyframes(
  { start, end, toStart }: SweepPlan,
  n: number,
  figure: (keyframe: LearntKeyframe) => number,
): number {
  const along = n / (toStart.length - 1);
  if (start && end) return (1 - along) * figure(start) + along * figure(end);
  return figure((start ?? end)!);
}
