import { allocateBandScratch, deriveTrimap, type BandScratch } from '../trimap/band.js';
import { BeliefFilter } from '../trimap/belief.js';
import { cameraMotion, compose, STILL, type Affine } from '../trimap/camera-motion.js';
import { CarriedSoftArea } from '../trimap/carried-soft-area.js';
import { colourEvidence } from '../trimap/evidence.js';
import { allocateFlow, FlowEstimator, type Flow } from '../trimap/flow.js';
import { allocateTrust, flowTrust, type FlowTrust, type TrustScratch } from '../trimap/flow-trust.js';
import { allocateLinearModel, applyLinearModelFull, type LinearModel } from '../trimap/guided-filter.js';
import { learnKeyframe, type LearntKeyframe } from '../trimap/learnt-keyframe.js';
import { halfSize, halvePicture, type Size } from '../trimap/picture.js';
import type { LiveTrimaps } from './trimap-source.js';

/** How much of the belief that goes on to the next frame is the finished alpha's, not the propagation's own. */
const ALPHA_SHARE = 0.5;

/**
 * Trimaps from one painted keyframe, carried forward from each frame that was processed to the next, however many were
 * dropped between them: the forward sweep of `IntervalSweeps` without what only the future could add. The finished alpha
 * is what the next frame starts from; the keyframe's colours, and its known background as a plate, hold it where it is.
 */
export class KeyframeTrimaps implements LiveTrimaps {
  readonly #size: Size;
  readonly #half: Size;
  readonly #keyframe: LearntKeyframe;
  readonly #estimator: FlowEstimator;
  readonly #belief: BeliefFilter;
  readonly #toPrevious: Flow;
  readonly #fromPrevious: Flow;
  readonly #trust: FlowTrust;
  readonly #trustScratch: TrustScratch;
  readonly #model: LinearModel;
  readonly #band: BandScratch;
  readonly #probability: Float32Array;
  readonly #state: Float32Array;
  readonly #certainty: Float32Array;
  readonly #message: Float32Array;
  readonly #colour: Float32Array;
  readonly #softArea: CarriedSoftArea;
  readonly #spare: readonly [Float32Array, Float32Array];
  /** The trimap last given. */
  readonly #trimap: Uint8Array;
  #previous: Uint8Array;
  #present: Uint8Array;
  /** The camera's motion from the present frame to the keyframe. */
  #toKeyframe: Affine = STILL;

  /**
   * @param rgb - the keyframe's picture, `size`, interleaved R′G′B′ bytes
   * @param trimap - what was painted for it: 0, 128, 255
   */
  constructor(rgb: Uint8Array, trimap: Uint8Array, size: Size) {
    const half = halfSize(size);
    const pixels = half.width * half.height;
    const plane = (): Float32Array => new Float32Array(pixels);
    this.#size = size;
    this.#half = half;
    this.#keyframe = learnKeyframe(rgb, trimap, size);
    this.#estimator = new FlowEstimator(half);
    this.#belief = new BeliefFilter(half);
    this.#toPrevious = allocateFlow(half);
    this.#fromPrevious = allocateFlow(half);
    this.#trust = allocateTrust(half);
    this.#trustScratch = { difference: plane(), plane: plane(), row: new Float64Array(half.width) };
    this.#model = allocateLinearModel(half);
    this.#band = allocateBandScratch(size);
    this.#probability = new Float32Array(size.width * size.height);
    this.#state = this.#keyframe.belief.slice();
    this.#certainty = plane().fill(1);
    this.#message = plane();
    this.#colour = plane();
    this.#softArea = new CarriedSoftArea(half);
    this.#softArea.begin(this.#keyframe.softArea);
    this.#spare = [plane(), plane()];
    this.#trimap = new Uint8Array(size.width * size.height);
    this.#previous = new Uint8Array(3 * pixels);
    this.#present = new Uint8Array(3 * pixels);
    halvePicture(this.#present, rgb, size);
  }

  next(dst: Uint8Array, rgb: Uint8Array): void {
    this.#follow(rgb);
    this.#belief.pass(this.#message, this.#certainty, this.#state, this.#toPrevious, this.#trust);
    this.#look();
    this.#belief.observe(this.#state, this.#message, this.#certainty, this.#colour, this.#present);
    this.#softArea.step(this.#state, this.#certainty, this.#toPrevious);
    const message = { probability: this.#message, certainty: this.#certainty };
    this.#belief.meet(this.#model, [message], this.#colour, this.#present);
    applyLinearModelFull(this.#probability, this.#model, rgb, this.#size, this.#half);
    const carried = { softArea: this.#softArea.area, messages: [message] };
    deriveTrimap(dst, this.#probability, carried, this.#size, this.#band);
    this.#trimap.set(dst);
  }

  learn(alpha: Float32Array): void {
    const { width, height } = this.#size;
    for (let y = 0, at = 0; y < this.#half.height; y++) {
      const row = Math.min(height - 1, 2 * y) * width;
      for (let x = 0; x < this.#half.width; x++, at++) {
        const i = row + Math.min(width - 1, 2 * x);
        // Where the trimap is known alpha says nothing but that: it would make certain of what was only likely.
        if (this.#trimap[i] === 128) this.#state[at]! += ALPHA_SHARE * (alpha[i]! - this.#state[at]!);
      }
    }
  }

  /** Flow and camera motion from this frame to the one before it. */
  #follow(rgb: Uint8Array): void {
    [this.#previous, this.#present] = [this.#present, this.#previous];
    halvePicture(this.#present, rgb, this.#size);
    this.#estimator.estimateBoth(this.#fromPrevious, this.#toPrevious, this.#previous, this.#present);
    const [here, there] = [this.#present, this.#previous];
    flowTrust(this.#trust, this.#toPrevious, this.#fromPrevious, here, there, this.#half, this.#trustScratch);
    this.#toKeyframe = compose(
      cameraMotion(this.#toPrevious, this.#trust.colour, this.#half),
      this.#toKeyframe,
    );
  }

  #look(): void {
    const { colours, plate } = this.#keyframe;
    const [a, b] = this.#spare;
    const view = { plate, motion: this.#toKeyframe };
    colourEvidence(this.#colour, this.#present, this.#half, colours, [view], { a, b });
  }
}
