import { boxMean } from './box-filter.js';
import { allocateFlow, type Flow } from './flow.js';
import type { Size } from './picture.js';
import { IN_SOFT_AREA } from './soft-area.js';
import { warpPlane } from './warp.js';

/** From this belief on a pixel is the subject's, and moves as it does. */
const SUBJECT = 0.9;
/** Up to this certainty a pixel shows something that came before the subject, or what came out from behind it. */
const LOST = 0.1;
/** What such a pixel's motion counts for beside a sure one's where it passes for the subject. */
const LOST_WEIGHT = 0.02;
/** What that of the soft area itself counts for: background may be seen in it. */
const SOFT_WEIGHT = 0.0005;
/** How far around a pixel the subject is looked for, as a share of the picture's longer side. */
const REACH = 0.075;
/** Share of such weights there from which on they tell how the subject moves. */
const ENOUGH = 0.0002;
/** The same for the whole picture. */
const IN_SIGHT = 0.0003;

/**
 * A keyframe's soft area on its way from frame to frame. Between strands the background is seen, and its flow would tear the area
 * from the subject: each pixel moves with the mean of the subject's pixels around it (normalised convolution, Knutsson and
 * Westin, CVPR 1993), without a subject with that of the area, or with its own flow. What something hides moves on as the
 * whole subject does, or last did, and so is where it belongs when it comes out again. Holds scratch memory for one size.
 */
export class CarriedSoftArea {
  /** 0..1: how likely each pixel is inside. */
  readonly area: Float32Array;
  readonly #size: Size;
  readonly #mean: Flow;
  readonly #subject: Float32Array;
  readonly #plane: Float32Array;
  readonly #row: Float64Array;
  /** How the subject as a whole moved when it was last seen, to the frame before, in pixels. */
  #motion = { u: 0, v: 0 };

  constructor(size: Size) {
    const plane = (): Float32Array => new Float32Array(size.width * size.height);
    this.area = plane();
    this.#size = size;
    this.#mean = allocateFlow(size);
    this.#subject = plane();
    this.#plane = plane();
    this.#row = new Float64Array(size.width);
  }

  /** @param softArea - the keyframe's */
  begin(softArea: Float32Array): void {
    this.area.set(softArea);
    this.#motion = { u: 0, v: 0 };
  }

  /**
   * Moves it to this frame.
   *
   * @param belief - this frame's, 0..1
   * @param certainty - this frame's, 0..1
   * @param flow - from this frame to the neighbouring one, where the area was
   */
  step(belief: Float32Array, certainty: Float32Array, flow: Flow): void {
    this.#weigh(belief, certainty, flow);
    const mean = this.#mean;
    const subject = this.#subject;
    const reach = Math.round(REACH * Math.max(this.#size.width, this.#size.height));
    for (const sums of [subject, mean.u, mean.v])
      boxMean(sums, sums, this.#plane, this.#row, this.#size, reach);
    for (let i = 0; i < subject.length; i++) {
      const share = subject[i]!;
      const seen = certainty[i]! > LOST;
      mean.u[i] = share > ENOUGH ? mean.u[i]! / share : seen ? flow.u[i]! : this.#motion.u;
      mean.v[i] = share > ENOUGH ? mean.v[i]! / share : seen ? flow.v[i]! : this.#motion.v;
    }
    warpPlane(this.#plane, this.area, mean, this.#size);
    this.area.set(this.#plane);
  }

  /** Pixels' weights, flow times weight, and how the subject moves as a whole, as far as it is in sight. */
  #weigh(belief: Float32Array, certainty: Float32Array, flow: Flow): void {
    let sum = 0;
    let u = 0;
    let v = 0;
    for (let i = 0; i < belief.length; i++) {
      const seen = certainty[i]! > LOST;
      const soft = seen && this.area[i]! > IN_SOFT_AREA ? SOFT_WEIGHT : 0;
      const weight = belief[i]! <= SUBJECT ? soft : seen ? 1 : LOST_WEIGHT;
      this.#subject[i] = weight;
      sum += weight;
      u += this.#mean.u[i] = weight * flow.u[i]!;
      v += this.#mean.v[i] = weight * flow.v[i]!;
    }
    if (sum > IN_SIGHT * belief.length) this.#motion = { u: u / sum, v: v / sum };
  }
}
