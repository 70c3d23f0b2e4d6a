import { MatteflowError } from '../core/errors.js';
import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { FOREGROUND, UNKNOWN, type CellGrid } from './cell-grid.js';
import { createStencil, mattingLaplacian, type Stencil } from './laplacian.js';
import { readPixels } from './pixel-grid.js';
import { clip } from './rgb-matrix.js';
import { allocateSolver, conjugateGradients, pairsOf, type SolverScratch } from './solver.js';
import { alphaFromTrimap } from './trimap-alpha.js';

/** The paper adds 1e-7 divided by a window's nine pixels to its covariance. */
const EPSILON = 1e-7 / 9;

/** How firmly a known pixel holds its alpha, against the Laplacian's diagonal of at most 9. */
const KNOWN_WEIGHT = 100;

/** Fraction of the first residual at which a solve ends. */
const TOLERANCE = 1e-7;

/** Rounding may keep the smallest systems busy for longer than their number of rows, after which steps end in theory. */
const LEAST_STEPS = 1000;

/** Windows that touch an unknown pixel reach this far from it, pixels. */
const REACH = 2;

/** Where a solve begins that is told nothing. */
const UNSURE = 0.5;

export interface ClosedFormOptions {
  /** An alpha to begin with, 0..1, the frame's size. */
  readonly start?: Float32Array;
  /** Steps at most; as many as it takes unless told. */
  readonly steps?: number;
}

/**
 * Closed-form matting (Levin, Lischinski, Weiss, "A Closed-Form Solution to Natural Image Matting", PAMI 2008): the
 * alpha that, in every window of 3×3 pixels, is as near as can be to a linear function of colour (sRGB-coded, 0..1),
 *
 *   minimise αᵀ L α + 100 Σ_known (α − trimap)²,
 *
 * with the matting Laplacian L (`mattingLaplacian`) of the windows that hold an unknown pixel; the others cannot change
 * what is unknown but through known pixels, which the weight holds in place. Memory and time follow the unknown region:
 * at most 400 bytes for each of its pixels and 70 for each of the frame's, and steps that grow with how far it spans.
 *
 * The solve ends where the preconditioned residual has fallen to 1e-7 of its first value: on five photographs of 800
 * pixels alpha is then within 6e-5 of the exact solution, 2e-6 on average.
 *
 * Fills `planes.alpha`: 0..1 in the unknown region, 0 and 1 where the trimap says so; one half where it says nothing.
 *
 * @throws `INPUT_UNSUPPORTED` for an unknown region whose system does not fit into memory
 */
export function closedFormMatting(
  planes: Pick<FramePlanes, 'colour' | 'trimap' | 'alpha'>,
  format: FrameFormat,
  { start, steps }: ClosedFormOptions = {},
): void {
  const { alpha, trimap } = planes;
  const unknown = alphaFromTrimap(alpha, trimap);
  if (unknown === 0 || unknown === trimap.length) return;
  const grid = readPixels(planes, format, REACH);
  const { matrix, solver } = allocate(grid, unknown);
  const first = (cell: number): number => start?.[pixelOf(grid, cell)] ?? UNSURE;
  const solution = solve(matrix, grid, solver, {
    first,
    steps: steps ?? Math.max(matrix.count, LEAST_STEPS),
  });
  for (let n = 0; n < matrix.count; n += 1) {
    const cell = matrix.cells[n]!;
    if (grid.state[cell] === UNKNOWN) alpha[pixelOf(grid, cell)] = clip(solution[n]!);
  }
}

/** After so many steps from the quarter-size solution the networks score as on the exact one, on four photographs. */
const PRIOR_STEPS = 200;

/**
 * Brings the prior that `solvePrior` has left to full size: closed-form matting that begins with it and takes 200 steps
 * at most, so that the cost is bounded by the unknown region's area however wide it is.
 *
 * Reads and fills `planes.prior`, known pixels by the trimap; what is in `planes.alpha` is lost.
 *
 * @throws as `closedFormMatting` does
 */
export function solveFullPrior(
  planes: Pick<FramePlanes, 'colour' | 'trimap' | 'alpha' | 'prior'>,
  format: FrameFormat,
): void {
  closedFormMatting(planes, format, { start: planes.prior, steps: PRIOR_STEPS });
  planes.prior.set(planes.alpha);
}

/** The matrix of the system, and a solver with room for it. */
function allocate(grid: CellGrid, unknown: number): { matrix: Stencil; solver: SolverScratch } {
  try {
    const matrix = createStencil(grid);
    mattingLaplacian(matrix, grid, EPSILON);
    const shape = { size: grid.state.length, stride: grid.stride, pairs: pairsOf(matrix) };
    return { matrix, solver: allocateSolver(shape) };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'closed-form matting of so large an unknown region does not fit into memory',
      seen: `${unknown} unknown pixels, of ${grid.width}×${grid.height}`,
      remedy: 'Paint a narrower unknown band, or use --model compact --prior quarter',
      cause,
    });
  }
}

/** Alpha of the rows of the matrix, not clipped. */
function solve(
  matrix: Stencil,
  { state }: CellGrid,
  solver: SolverScratch,
  { first, steps }: { readonly first: (cell: number) => number; readonly steps: number },
): Float64Array {
  const { count, cells } = matrix;
  const target = new Float64Array(count);
  const weight = new Float64Array(count);
  const x = new Float64Array(count);
  for (let n = 0; n < count; n += 1) {
    const known = state[cells[n]!] !== UNKNOWN;
    target[n] = state[cells[n]!] === FOREGROUND ? 1 : 0;
    weight[n] = known ? KNOWN_WEIGHT : 0;
    x[n] = known ? target[n]! : first(cells[n]!);
  }
  conjugateGradients(x, { matrix, weight, target }, { steps, tolerance: TOLERANCE }, solver);
  return x;
}

function pixelOf({ width, stride, origin }: CellGrid, cell: number): number {
  const y = Math.floor((cell - origin) / stride);
  return y * width + (cell - origin - y * stride);
}
