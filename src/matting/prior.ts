import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { allocateCells, CELL, FOREGROUND, readCells, UNKNOWN, type CellGrid } from './cell-grid.js';
import { allocateFilter, FILTER_REACH, guidedUpsample, type FilterScratch } from './guided-filter.js';
import { createStencil, mattingLaplacian, type Stencil } from './laplacian.js';
import { allocateSolver, conjugateGradients, type SolverScratch } from './solver.js';

/** Stopping here scores a little better than the exact solution, which carries alpha across weak edges. */
const STEPS = 120;

/**
 * Fraction of the first residual at which a solve is as good as over: what the steps left out would change is 0.008 at
 * most, on nine frames of clips and five photographs, and their error against the true alpha is no larger.
 */
const TOLERANCE = 1e-4;

/** The networks have learned from windows with this much added to their covariance, nine times what the paper adds. */
const EPSILON = 1e-7;

/** How firmly a known cell holds its alpha, against the Laplacian's diagonal of at most 9. */
const KNOWN_WEIGHT = 100;

/**
 * How far past the unknown cells the filtered alpha stands in for the known one, cells. The networks that read the
 * prior have learned from one that is soft on both sides of the trimap's edge.
 */
const MARGIN = 2;

/** What the solve needs between frames of one size, so that a frame allocates nothing: about 280 bytes a cell, and 200 more an active one. */
export interface PriorScratch {
  readonly grid: CellGrid;
  readonly stencil: Stencil;
  readonly filter: FilterScratch;
  readonly solver: SolverScratch;
  /** Quarter-size alpha, one entry a grid cell. */
  readonly map: Float64Array;
  /** Alpha, weight and known alpha of the system's rows. */
  readonly x: Float64Array;
  readonly weight: Float64Array;
  readonly target: Float64Array;
}

/** Scratch for frames of this size, pixels. */
export function allocatePrior(frame: { width: number; height: number }): PriorScratch {
  const grid = allocateCells(frame);
  const vector = (): Float64Array => new Float64Array(grid.state.length);
  return {
    grid,
    stencil: createStencil(grid),
    filter: allocateFilter(grid),
    solver: allocateSolver({ size: grid.state.length, stride: grid.stride }),
    map: vector(),
    x: vector(),
    weight: vector(),
    target: vector(),
  };
}

/**
 * A cheap first estimate of alpha: closed-form matting (Levin, Lischinski, Weiss, PAMI 2008) solved at quarter size
 * over the unknown cells and the windows that touch them, brought up by a colour guided filter (He, Sun, Tang,
 * PAMI 2013). Cost follows the unknown area.
 *
 * Fills `planes.prior`, 0..1: the estimate in unknown cells and up to eight pixels past them (known pixels there hold
 * the filter's value, not the trimap's), elsewhere 0 or 1 by the trimap. Reads `planes.colour` and `planes.trimap`.
 *
 * @param scratch - made by `allocatePrior` for this frame size
 */
export function solvePrior(planes: FramePlanes, format: FrameFormat, scratch: PriorScratch): void {
  const { grid, stencil, filter, map } = scratch;
  const unknown = readCells(grid, planes, format, MARGIN + FILTER_REACH);
  fillKnown(planes.prior, grid, format);
  if (unknown === 0) return;
  mattingLaplacian(stencil, grid, EPSILON);
  solve(scratch);
  fillMap(scratch);
  guidedUpsample(planes.prior, map, grid, MARGIN, planes, format, filter);
}

/** Pixels of known cells; the filter writes those of the others. */
function fillKnown(prior: Float32Array, grid: CellGrid, { width, height }: FrameFormat): void {
  prior.fill(0);
  for (let y = 0; CELL * y < height; y += 1) {
    const start = grid.origin + y * grid.stride;
    const bottom = Math.min(CELL * (y + 1), height);
    let end = start;
    for (;;) {
      const first = grid.state.indexOf(FOREGROUND, end);
      if (first < 0 || first >= start + grid.width) break;
      for (end = first; grid.state[end] === FOREGROUND; end += 1);
      const left = CELL * (first - start);
      const right = Math.min(CELL * (end - start), width);
      for (let row = CELL * y * width; row < bottom * width; row += width)
        prior.fill(1, row + left, row + right);
    }
  }
}

function solve({ grid, stencil, solver, x, weight, target }: PriorScratch): void {
  for (let n = 0; n < stencil.count; n += 1) {
    const state = grid.state[stencil.cells[n]!];
    target[n] = state === FOREGROUND ? 1 : 0;
    weight[n] = state === UNKNOWN ? 0 : KNOWN_WEIGHT;
    x[n] = state === UNKNOWN ? 0.5 : target[n]!;
  }
  conjugateGradients(x, { matrix: stencil, weight, target }, { steps: STEPS, tolerance: TOLERANCE }, solver);
}

/** The solved cells clipped to 0..1, and the known alpha of the others that the filter reads. */
function fillMap({ grid, stencil, x, map }: PriorScratch): void {
  for (let y = 0; y < grid.height; y += 1) {
    const start = grid.origin + y * grid.stride;
    for (let cell = start; cell < start + grid.width; cell += 1)
      map[cell] = grid.state[cell] === FOREGROUND ? 1 : 0;
  }
  for (let n = 0; n < stencil.count; n += 1) map[stencil.cells[n]!] = Math.min(Math.max(x[n]!, 0), 1);
}
