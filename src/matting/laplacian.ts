import type { CellGrid } from './cell-grid.js';

/**
 * Entries stored a row: a cell shares 3×3 windows with the 5×5 cells around it, and of that symmetric stencil the
 * cell itself and the twelve that follow it in reading order are kept.
 */
export const STENCIL = 13;

/** Windows lie on cells at most this far from an unknown one, and reach one cell further. */
const WINDOW_DISTANCE = 1;
const ACTIVE_DISTANCE = 2;

/**
 * A symmetric matrix over the active cells of a grid. From `values[STENCIL · cell]` on come the entries of a cell's row, for
 * (dx, dy) = (0, 0), (1, 0), (2, 0), then (−2, 1) to (2, 1) and (−2, 2) to (2, 2): 0 where there is no such neighbour, and
 * where the cell itself is not active. Columns need no list: the neighbour lies `dy·stride + dx` away in every array of
 * the grid.
 */
export interface Stencil {
  /** Rows in use; `cells` may be longer. */
  count: number;
  /** Grid index of each row's cell, ascending. */
  readonly cells: Int32Array;
  /** `STENCIL` entries a grid cell. */
  readonly values: Float64Array;
  /** How many windows each grid cell lies in, 0..9. */
  readonly windows: Uint8Array;
}

/** An empty matrix for a grid, reused from frame to frame. */
export function createStencil(grid: CellGrid): Stencil {
  const size = grid.state.length;
  return {
    count: 0,
    cells: new Int32Array(size),
    values: new Float64Array(STENCIL * size),
    windows: new Uint8Array(size),
  };
}

/**
 * The matting Laplacian (Levin, Lischinski, Weiss, "A Closed-Form Solution to Natural Image Matting", PAMI 2008),
 * of the windows that touch an unknown cell and of the cells in them; all others would only tie known cells together.
 *
 * In a window w of n cells with colours I, mean μ and covariance Σ, alpha is modelled as p ≈ a·I + b. The least-squares
 * a = (Σ + ε)⁻¹ cov(I, p), b = p̄ − a·μ leaves the residual p_i − Σ_j p_j (1 + (I_i − μ)ᵀ (Σ + ε)⁻¹ (I_j − μ)) / n at
 * cell i. Summed over windows that gives
 *
 *   L_ij = Σ_{w ∋ i,j} ( δ_ij − (1 + (I_i − μ)ᵀ (Σ + ε)⁻¹ (I_j − μ)) / n ),
 *
 * symmetric, with rows that sum to zero. At the picture's edge a window is the part of it inside: n is 9, 6 or 4.
 * Covariances are of centred colours, in double precision: in single the small ones cancel and the solver diverges.
 *
 * @param epsilon - ε, added to the covariance itself (R′G′B′ in 0..1): how far a flat window may bend to fit its alphas
 */
export function mattingLaplacian(dst: Stencil, grid: CellGrid, epsilon: number): void {
  clear(dst);
  listActive(dst, grid);
  const { width, height, stride, origin, distance } = grid;
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = [Math.max(y - 1, 0), Math.min(y + 1, height - 1)];
    for (let x = 0; x < width; x += 1) {
      if (distance[origin + y * stride + x]! > WINDOW_DISTANCE) continue;
      const n = openWindow(grid, Math.max(x - 1, 0), Math.min(x + 1, width - 1), top, bottom);
      whiten(n, epsilon);
      addWindow(dst, n);
    }
  }
}

function clear({ count, cells, values, windows }: Stencil): void {
  for (let n = 0; n < count; n += 1) {
    const cell = cells[n]!;
    values.fill(0, STENCIL * cell, STENCIL * (cell + 1));
    windows[cell] = 0;
  }
}

function listActive(dst: Stencil, { width, height, stride, origin, distance }: CellGrid): void {
  let count = 0;
  for (let y = 0; y < height; y += 1) {
    for (let cell = origin + y * stride, end = cell + width; cell < end; cell += 1) {
      if (distance[cell]! <= ACTIVE_DISTANCE) dst.cells[count++] = cell;
    }
  }
  dst.count = count;
}

/** The window at hand: its cells, where each lies in a stencil's order, I − μ and (Σ + ε)⁻¹ (I − μ) of each. */
const members = new Int32Array(9);
const places = new Int32Array(9);
const centred = new Float64Array(27);
const whitened = new Float64Array(27);

function addWindow({ values, windows }: Stencil, n: number): void {
  const share = 1 / n;
  for (let i = 0; i < n; i += 1) {
    const cell = members[i]!;
    const start = STENCIL * cell;
    const r = whitened[3 * i]!;
    const g = whitened[3 * i + 1]!;
    const b = whitened[3 * i + 2]!;
    for (let j = i; j < n; j += 1) {
      const fit = r * centred[3 * j]! + g * centred[3 * j + 1]! + b * centred[3 * j + 2]!;
      const at = start + places[j]! - places[i]!;
      values[at] = values[at]! - share * (1 + fit);
    }
    values[start] = values[start]! + 1;
    windows[cell] = windows[cell]! + 1;
  }
}

/** Lists the cells of a window (bounds inclusive) and centres their colours; returns how many they are. */
function openWindow(grid: CellGrid, left: number, right: number, top: number, bottom: number): number {
  const [red, green, blue] = grid.colour;
  let n = 0;
  let r = 0;
  let g = 0;
  let b = 0;
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const cell = grid.origin + y * grid.stride + x;
      members[n] = cell;
      places[n] = 5 * (y - top) + x - left;
      r += red[cell]!;
      g += green[cell]!;
      b += blue[cell]!;
      n += 1;
    }
  }
  for (let i = 0; i < n; i += 1) {
    centred[3 * i] = red[members[i]!]! - r / n;
    centred[3 * i + 1] = green[members[i]!]! - g / n;
    centred[3 * i + 2] = blue[members[i]!]! - b / n;
  }
  return n;
}

/** Multiplies the centred colours by the inverse (by cofactors) of their covariance + ε. */
function whiten(n: number, epsilon: number): void {
  let rr = 0;
  let rg = 0;
  let rb = 0;
  let gg = 0;
  let gb = 0;
  let bb = 0;
  for (let i = 0; i < 3 * n; i += 3) {
    const r = centred[i]!;
    const g = centred[i + 1]!;
    const b = centred[i + 2]!;
    rr += r * r;
    rg += r * g;
    rb += r * b;
    gg += g * g;
    gb += g * b;
    bb += b * b;
  }
  rr = rr / n + epsilon;
  gg = gg / n + epsilon;
  bb = bb / n + epsilon;
  rg /= n;
  rb /= n;
  gb /= n;
  const c00 = gg * bb - gb * gb;
  const c01 = rb * gb - rg * bb;
  const c02 = rg * gb - rb * gg;
  const scale = 1 / (rr * c00 + rg * c01 + rb * c02);
  const c11 = rr * bb - rb * rb;
  const c12 = rg * rb - rr * gb;
  const c22 = rr * gg - rg * rg;
  for (let i = 0; i < 3 * n; i += 3) {
    const r = scale * centred[i]!;
    const g = scale * centred[i + 1]!;
    const b = scale * centred[i + 2]!;
    whitened[i] = c00 * r + c01 * g + c02 * b;
    whitened[i + 1] = c01 * r + c11 * g + c12 * b;
    whitened[i + 2] = c02 * r + c12 * g + c22 * b;
  }
}
