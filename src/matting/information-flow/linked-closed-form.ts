import type { FrameFormat, FramePlanes } from '../../core/frame.js';
import { informationFlowMatting, type FlowWeights } from './information-flow.js';

/** A twenty-fifth of what the links count in information-flow matting: chosen on composites with exact alpha and photographs. */
const WEIGHTS: FlowWeights = { mixture: 0, known: 0, intra: 4e-4, local: 1 };

/** As many as closed-form matting takes from the quarter-size solution. */
const PRIOR_STEPS = 200;

/**
 * Closed-form matting (`closedFormMatting`) with weak links between unknown pixels of one colour, those of information-flow
 * matting (`intraUnknown`): what a window cannot see, a horn across a gap or hair behind hair, shares its alpha with its like.
 *
 * Fills `planes.alpha` as `informationFlowMatting` does.
 */
export function linkedClosedForm(
  planes: Pick<FramePlanes, 'colour' | 'trimap' | 'alpha'>,
  format: FrameFormat,
): void {
  informationFlowMatting(planes, format, { weights: WEIGHTS });
}

/**
 * Brings the prior that `solvePrior` has left to this method's alpha, in 200 steps at most, so that the cost is bounded by
 * the unknown region's area however wide it is.
 *
 * Reads and fills `planes.prior`, known pixels by the trimap; what is in `planes.alpha` is lost.
 */
export function solveLinkedPrior(
  planes: Pick<FramePlanes, 'colour' | 'trimap' | 'alpha' | 'prior'>,
  format: FrameFormat,
): void {
  informationFlowMatting(planes, format, { weights: WEIGHTS, start: planes.prior, steps: PRIOR_STEPS });
  planes.prior.set(planes.alpha);
}
