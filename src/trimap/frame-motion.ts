import { allocateFlow, FlowEstimator, type Flow } from './flow.js';
import { allocateTrust, flowTrust, type FlowTrust, type TrustScratch } from './flow-trust.js';
import type { Size } from './picture.js';

/** Where a frame's pixels lie in one beside it, and how far that is to be trusted. */
export interface FrameMotion {
  readonly flow: Flow;
  readonly trust: FlowTrust;
}

/** The motion between two neighbouring frames. */
export interface MotionPair {
  /** From the earlier one to the later one. */
  readonly forward: FrameMotion;
  readonly backward: FrameMotion;
}

/** Finds the motion between pictures of one size, whose scratch memory it holds; not reentrant. */
export class MotionEstimator {
  readonly #size: Size;
  readonly #flow: FlowEstimator;
  readonly #scratch: TrustScratch;

  constructor(size: Size) {
    const pixels = size.width * size.height;
    this.#size = size;
    this.#flow = new FlowEstimator(size);
    this.#scratch = {
      difference: new Float32Array(pixels),
      plane: new Float32Array(pixels),
      row: new Float64Array(size.width),
    };
  }

  /**
   * The motion between two pictures, in memory of its own.
   *
   * @param earlier - interleaved R′G′B′ bytes
   * @param later - likewise
   */
  between(earlier: Uint8Array, later: Uint8Array): MotionPair {
    const [forward, backward] = [this.#allocate(), this.#allocate()];
    this.#flow.estimateBoth(forward.flow, backward.flow, earlier, later);
    flowTrust(forward.trust, forward.flow, backward.flow, earlier, later, this.#size, this.#scratch);
    flowTrust(backward.trust, backward.flow, forward.flow, later, earlier, this.#size, this.#scratch);
    return { forward, backward };
  }

  #allocate(): FrameMotion {
    return { flow: allocateFlow(this.#size), trust: allocateTrust(this.#size) };
  }
}
