import type { FrameFormat, FramePlanes } from '../../core/frame.js';
import { clip } from '../rgb-matrix.js';
import { alphaFromTrimap } from '../trimap-alpha.js';
import { colourMixture } from './colour-mixture.js';
import { readFlowPixels } from './flow-pixels.js';
import { intraUnknown } from './intra-unknown.js';
import { knownToUnknown } from './known-to-unknown.js';
import { localFlow } from './local-flow.js';
import { solveFlows } from './solve-flows.js';

export interface FlowWeights {
  readonly mixture: number;
  readonly known: number;
  readonly intra: number;
  readonly local: number;
}

const WEIGHTS: FlowWeights = { mixture: 1, known: 0.05, intra: 0.01, local: 1 };

const STEPS = 2000;
const TOLERANCE = 1e-5;

export function informationFlowMatting(
  planes: Pick<FramePlanes, 'colour' | 'trimap' | 'alpha'>,
  format: FrameFormat,
  weights: FlowWeights = WEIGHTS,
): void {
  const { alpha, trimap } = planes;
  const unknown = alphaFromTrimap(alpha, trimap);
  if (unknown === 0 || unknown === trimap.length) return;
  const pixels = readFlowPixels(planes, format);
  const x = new Float64Array(unknown).fill(0.5);
  const terms = [
    { term: colourMixture(pixels), weight: weights.mixture },
    { term: knownToUnknown(pixels), weight: weights.known },
    { term: intraUnknown(pixels), weight: weights.intra },
    { term: localFlow(planes, format), weight: weights.local },
  ];
  solveFlows(x, terms, { steps: STEPS, tolerance: TOLERANCE });
  for (let n = 0; n < unknown; n += 1) alpha[pixels.positions[n]!] = clip(x[n]!);
}
