import type { SolveLimits } from '../jacobi-gradients.js';
import type { FrameFormat, FramePlanes } from '../../core/frame.js';
import { readPixels } from '../pixel-grid.js';
import { clip } from '../rgb-matrix.js';
import { alphaFromTrimap } from '../trimap-alpha.js';
import { colourMixture } from './colour-mixture.js';
import { readFlowPixels } from './flow-pixels.js';
import type { WeighedTerm } from './flow-term.js';
import { intraUnknown } from './intra-unknown.js';
import { knownToUnknown } from './known-to-unknown.js';
import { localFlow } from './local-flow.js';
import { solveFlows } from './solve-flows.js';
import { looksTransparent, NEAR } from './transparency.js';

/** What each flow counts; one that counts nothing is not computed. */
export interface FlowWeights {
  readonly mixture: number;
  readonly known: number;
  readonly intra: number;
  readonly local: number;
}

/** The paper's. */
const WEIGHTS: FlowWeights = { mixture: 1, known: 0.05, intra: 0.01, local: 1 };
const TRANSPARENT: FlowWeights = { ...WEIGHTS, known: 0 };

/** From one half on four pictures the paper's weights took 126 to 155 steps to here. */
const LIMITS: SolveLimits = { steps: 1000, tolerance: 1e-4 };

/** Where a solve begins that is told nothing. */
const UNSURE = 0.5;

export interface FlowOptions {
  /** The paper's, by the look of the subject, unless told. */
  readonly weights?: FlowWeights;
  /** An alpha to begin with, 0..1, the frame's size. */
  readonly start?: Float32Array;
  /** Steps of the solver at most. */
  readonly steps?: number;
}

/**
 * Information-flow matting (Aksoy, Aydın, Pollefeys, "Designing Effective Inter-Pixel Information Flow for Natural Image
 * Matting", CVPR 2017, arXiv 1707.05055): the alpha that agrees best, in least squares, with
 *
 * - what a pixel's colour is mixed of, among its neighbours in colour and position (`colourMixture`),
 * - what the nearest known colours of either side say of it (`knownToUnknown`),
 * - unknown pixels of the same colour elsewhere (`intraUnknown`),
 * - the windows around it, as in closed-form matting (`localFlow`).
 *
 * The second is left out where the subject looks transparent. Departs from the paper in that known pixels are held exactly
 * and not by a weight of 100, neighbours among them lie up to 64 pixels from the unknown region, and the trimap is not
 * trimmed first. Memory and time follow the unknown region: about 350 bytes for each of its pixels.
 *
 * Fills `planes.alpha`: 0..1 in the unknown region, 0 and 1 where the trimap says so; one half where it says nothing. The
 * same frame gives the same alpha, bit for bit.
 */
export function informationFlowMatting(
  planes: Pick<FramePlanes, 'colour' | 'trimap' | 'alpha'>,
  format: FrameFormat,
  { weights, start, steps = LIMITS.steps }: FlowOptions = {},
): void {
  const { alpha, trimap } = planes;
  const unknown = alphaFromTrimap(alpha, trimap);
  if (unknown === 0 || unknown === trimap.length) return;
  const grid = readPixels(planes, format, NEAR);
  const pixels = readFlowPixels(planes, format);
  const { mixture, known, intra, local } = weights ?? (looksTransparent(grid) ? TRANSPARENT : WEIGHTS);
  const terms: WeighedTerm[] = [];
  if (mixture > 0) terms.push({ term: colourMixture(pixels), weight: mixture });
  if (known > 0) terms.push({ term: knownToUnknown(pixels), weight: known });
  if (intra > 0) terms.push({ term: intraUnknown(pixels), weight: intra });
  if (local > 0) terms.push({ term: localFlow(grid), weight: local });
  const x = Float64Array.from({ length: unknown }, (_, n) => start?.[pixels.positions[n]!] ?? UNSURE);
  solveFlows(x, terms, { ...LIMITS, steps });
  for (let n = 0; n < unknown; n += 1) alpha[pixels.positions[n]!] = clip(x[n]!);
}
