/** Keeps the weights from growing where the neighbours' colours lie on a line or in a plane, as twenty colours nearly do. */
const RIDGE = 1e-3;

/**
 * The weights, of sum 1, with which neighbours' colours mix to a pixel's own (locally linear embedding: Roweis and Saul,
 * Science 290, 2000):
 *
 *   minimise |c − Σ w_q c_q|² + ε |w|²,  Σ w_q = 1.
 *
 * With D the n×3 matrix of the differences c_q − c, w is (DDᵀ + ε)⁻¹ 1 scaled to its sum. By the matrix inversion lemma
 * that is 1 − D (DᵀD + ε)⁻¹ Dᵀ1 scaled alike: a system of three equations, however many neighbours there are.
 * The sum before scaling is positive, DDᵀ + ε being positive definite.
 *
 * @param dst - one weight a neighbour
 * @param rgb - R′G′B′, interleaved, of all pixels
 * @param neighbours - their numbers in `rgb`; as many as `dst` is long
 */
export function embed(dst: Float64Array, rgb: Float32Array, pixel: number, neighbours: Int32Array): void {
  const [r, g, b] = [rgb[3 * pixel]!, rgb[3 * pixel + 1]!, rgb[3 * pixel + 2]!];
  let [rr, rg, rb, gg, gb, bb] = [RIDGE, 0, 0, RIDGE, 0, RIDGE];
  let [sr, sg, sb] = [0, 0, 0];
  for (let n = 0; n < dst.length; n += 1) {
    const at = 3 * neighbours[n]!;
    const dr = rgb[at]! - r;
    const dg = rgb[at + 1]! - g;
    const db = rgb[at + 2]! - b;
    rr += dr * dr;
    rg += dr * dg;
    rb += dr * db;
    gg += dg * dg;
    gb += dg * db;
    bb += db * db;
    sr += dr;
    sg += dg;
    sb += db;
  }
  // The inverse by cofactors, applied to Dᵀ1.
  const c00 = gg * bb - gb * gb;
  const c01 = rb * gb - rg * bb;
  const c02 = rg * gb - rb * gg;
  const scale = 1 / (rr * c00 + rg * c01 + rb * c02);
  const vr = scale * (c00 * sr + c01 * sg + c02 * sb);
  const vg = scale * (c01 * sr + (rr * bb - rb * rb) * sg + (rg * rb - rr * gb) * sb);
  const vb = scale * (c02 * sr + (rg * rb - rr * gb) * sg + (rr * gg - rg * rg) * sb);
  let sum = 0;
  for (let n = 0; n < dst.length; n += 1) {
    const at = 3 * neighbours[n]!;
    const weight = 1 - (rgb[at]! - r) * vr - (rgb[at + 1]! - g) * vg - (rgb[at + 2]! - b) * vb;
    dst[n] = weight;
    sum += weight;
  }
  for (let n = 0; n < dst.length; n += 1) dst[n] = dst[n]! / sum;
}
