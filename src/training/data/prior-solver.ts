import { allocateFrame, viewPlanes, type FrameFormat, type FramePlanes } from '../../core/frame.js';
import { solveLinkedPrior } from '../../matting/information-flow/linked-closed-form.js';
import { allocatePrior, solvePrior, type PriorScratch } from '../../matting/prior.js';

/** Solves the prior of sample after sample, by the code that solves it in use. */
export class PriorSolver {
  readonly #format: FrameFormat;
  readonly #planes: FramePlanes;
  readonly #scratch: PriorScratch;

  /** @param side - pixels of a sample along either axis */
  constructor(side: number) {
    this.#format = {
      width: side,
      height: side,
      model: 'rgb',
      depth: 8,
      tags: { range: 'pc' },
      sampleAspect: { num: 1, den: 1 },
    };
    this.#planes = viewPlanes(allocateFrame(this.#format, 0));
    this.#scratch = allocatePrior(this.#format);
  }

  /**
   * @param dst - 0..1
   * @param rgb - R′G′B′, 0..1 in steps of 1/255, interleaved
   */
  solve(dst: Float32Array, rgb: Float32Array, trimap: Uint8Array, kind: 'quarter' | 'linked'): void {
    const { colour, prior } = this.#planes;
    for (let i = 0; i < trimap.length; i++) {
      for (const [c, plane] of colour.entries()) plane[i] = Math.round(255 * rgb[3 * i + c]!);
    }
    this.#planes.trimap.set(trimap);
    solvePrior(this.#planes, this.#format, this.#scratch);
    if (kind === 'linked') solveLinkedPrior(this.#planes, this.#format);
    dst.set(prior);
  }
}
