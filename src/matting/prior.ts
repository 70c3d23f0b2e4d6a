import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { allocateCells, FOREGROUND, readCells, UNKNOWN, type CellGrid } from './cell-grid.js';
import { allocateFilter, FILTER_REACH, guidedUpsample, type FilterScratch } from './guided-filter.js';
import { createStencil, mattingLaplacian, type Stencil } from './laplacian.js';
import { conjugateGradients } from './solver.js';

/** Stopping here scores a little better than the exact solution, which carries alpha across weak edges. */
const STEPS = 120;

/** How firmly a known cell holds its alpha, against the Laplacian's diagonal of at most 9. */
const KNOWN_WEIGHT = 100;

/**
 * How far past the unknown cells the filtered alpha replaces the known one, cells. A network that takes the prior has
 * learned from one that is soft on both sides of the trimap's edge.
 */
const MARGIN = 2;

/** Everything the solve needs between frames of one size; about 200 bytes a cell and 220 an active cell. */
export interface PriorScratch {
  readonly width: number;
  readonly height: number;
  readonly grid: CellGrid;
  readonly filter: FilterScratch;
  readonly stencil: Stencil;
  readonly rowOf: Int32Array;
  /** Quarter-size alpha, one entry a grid cell. */
  readonly map: Float64Array;
  readonly direction: Float64Array;
  /** One entry a row each; replaced when the stencil has outgrown them. */
  rows: { x: Float64Array; weight: Float64Array; target: Float64Array; residual: Float64Array; product: Float64Array; inverseDiagonal: Float64Array };
}
