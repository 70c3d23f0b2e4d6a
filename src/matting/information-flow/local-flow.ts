import { FOREGROUND, UNKNOWN, type CellGrid } from '../cell-grid.js';
import { createStencil, mattingLaplacian, STENCIL, type Stencil } from '../laplacian.js';
import { stencilOffsets } from '../stencil-loops.js';
import type { FlowTerm } from './flow-term.js';

/** The paper adds 1e-7 divided by a window's nine pixels to its covariance. */
const EPSILON = 1e-7 / 9;

/**
 * Local flow: αᵀLα with the matting Laplacian L of the windows that hold an unknown pixel (`mattingLaplacian`).
 *
 * @param grid - a cell a pixel, read with a reach of 2 pixels at least: so far these windows go
 */
export function localFlow(grid: CellGrid): FlowTerm {
  const matrix = createStencil(grid);
  mattingLaplacian(matrix, grid, EPSILON);
  const cells = matrix.cells.subarray(0, matrix.count);
  const rows = cells.filter((cell) => grid.state[cell] === UNKNOWN);
  const multiply = multiplier(matrix, rows, grid);
  const pull = new Float64Array(rows.length);
  // Known foreground's alpha of 1, seen from the unknown pixels; background's 0 adds nothing.
  const front = cells.filter((cell) => grid.state[cell] === FOREGROUND);
  multiply(pull, front, new Float64Array(front.length).fill(-1));
  return {
    diagonal: Float64Array.from(rows, (cell) => matrix.values[STENCIL * cell]!),
    pull,
    addProduct: (dst, x) => multiply(dst, rows, x),
  };
}

/** Adds, to one entry of `dst` for each of `rows`, the matrix times a vector that is `x` in `cells` and 0 elsewhere. */
function multiplier(
  { values }: Stencil,
  rows: Int32Array,
  { stride, state }: CellGrid,
): (dst: Float64Array, cells: Int32Array, x: Float64Array) => void {
  // Behind the first half of the offsets, the cell itself is the first of those that a row keeps.
  const offsets = stencilOffsets(stride).slice(STENCIL - 1);
  const vector = new Float64Array(state.length);
  return (dst, cells, x) => {
    for (let n = 0; n < cells.length; n += 1) vector[cells[n]!] = x[n]!;
    for (let n = 0; n < rows.length; n += 1) {
      const cell = rows[n]!;
      let sum = values[STENCIL * cell]! * vector[cell]!;
      for (let k = 1; k < STENCIL; k += 1) {
        const [ahead, behind] = [cell + offsets[k]!, cell - offsets[k]!];
        sum += values[STENCIL * cell + k]! * vector[ahead]! + values[STENCIL * behind + k]! * vector[behind]!;
      }
      dst[n] = dst[n]! + sum;
    }
    for (const cell of cells) vector[cell] = 0;
  };
}
