import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { guidedFilter, type GuidedFilterOptions } from './colour-guided.js';
import { alphaFromTrimap } from './trimap-alpha.js';

/** The paper's for feathering, and of those tried nearly the best on four photographs: windows must see past the unknown band. */
const FEATHERING: GuidedFilterOptions = { radius: 60, epsilon: 1e-6 };

/**
 * Matting by the guided filter alone ("guided feathering": He, Sun, Tang, "Guided Image Filtering", PAMI 2013, §4): the
 * trimap's 0, ½ and 1 filtered with the frame's colour as guide. Nothing is solved, so it costs about as much as reading
 * the frame; a window that sees no known pixel of one side keeps its ½.
 *
 * Fills `planes.alpha`: 0 and 1 where the trimap says so. Reads `planes.colour` and `planes.trimap`.
 */
export function guidedMatting(
  planes: FramePlanes,
  format: FrameFormat,
  options: GuidedFilterOptions = FEATHERING,
): void {
  if (alphaFromTrimap(planes.alpha, planes.trimap) === 0) return;
  guidedFilter(planes.alpha, planes.alpha.slice(), planes, format, options);
}
