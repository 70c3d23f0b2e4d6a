/** Sums a column of a window needs: 3 colours, 6 colour products, the input, 3 input × colour. */
export const COLUMN_SUMS = 13;

/** A map as a linear function of colour, p ≈ a·I + b: a (R, G, B) and b of each grid cell, `COEFFICIENTS` entries a cell. */
export type ColourFit = Float64Array;
export const COEFFICIENTS = 4;

/**
 * Solves one window's least squares.
 *
 * @param sums - the window's `COLUMN_SUMS`
 * @param share - one over the cells of the window, or where they have weights over the sum of those
 * @param epsilon - added to the colour covariance
 */
export function fitWindow(
  fit: ColourFit,
  cell: number,
  sums: Float64Array,
  share: number,
  epsilon: number,
): void {
  const r = share * sums[0]!;
  const g = share * sums[1]!;
  const b = share * sums[2]!;
  const v = share * sums[9]!;
  const rr = share * sums[3]! - r * r + epsilon;
  const rg = share * sums[4]! - r * g;
  const rb = share * sums[5]! - r * b;
  const gg = share * sums[6]! - g * g + epsilon;
  const gb = share * sums[7]! - g * b;
  const bb = share * sums[8]! - b * b + epsilon;
  const vr = share * sums[10]! - v * r;
  const vg = share * sums[11]! - v * g;
  const vb = share * sums[12]! - v * b;
  // (Σ + ε)⁻¹ cov(I, p) by cofactors.
  const c00 = gg * bb - gb * gb;
  const c01 = rb * gb - rg * bb;
  const c02 = rg * gb - rb * gg;
  const c11 = rr * bb - rb * rb;
  const c12 = rg * rb - rr * gb;
  const c22 = rr * gg - rg * rg;
  const scale = 1 / (rr * c00 + rg * c01 + rb * c02);
  const ar = scale * (c00 * vr + c01 * vg + c02 * vb);
  const ag = scale * (c01 * vr + c11 * vg + c12 * vb);
  const ab = scale * (c02 * vr + c12 * vg + c22 * vb);
  const at = COEFFICIENTS * cell;
  fit[at] = ar;
  fit[at + 1] = ag;
  fit[at + 2] = ab;
  fit[at + 3] = v - ar * r - ag * g - ab * b;
}
