import type { Flow } from './flow.js';
import type { Size } from './picture.js';

/** x′ = xx·x + xy·y + x0, y′ = yx·x + yy·y + y0, in pixels. */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

export const STILL: Affine = { xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0 };

/** first, then second. */
export function compose(first: Affine, second: Affine): Affine {
  return {
    xx: second.xx * first.xx + second.xy * first.yx,
    xy: second.xx * first.xy + second.xy * first.yy,
    x0: second.xx * first.x0 + second.xy * first.y0 + second.x0,
    yx: second.yx * first.xx + second.yy * first.yx,
    yy: second.yx * first.xy + second.yy * first.yy,
    y0: second.yx * first.x0 + second.yy * first.y0 + second.y0,
  };
}

/** Every SPACING-th pixel of every SPACING-th row takes part in the fit. */
const SPACING = 4;
const ROUNDS = 12;

/**
 * The affine motion most of the picture follows: the camera's, when the background fills more of the frame
 * than the subject. Iteratively reweighted least squares with Geman and McClure's weights, whose scale
 * shrinks from 3 to 0.3 pixels so that the subject's pixels drop out.
 *
 * @param flow - displacement of every pixel
 * @param sure - 0..1, how far each pixel's flow is trusted
 */
export function cameraMotion(flow: Flow, sure: Float32Array, { width, height }: Size): Affine {
  let motion = STILL;
  for (let round = 0; round < ROUNDS; round++) {
    const scale = Math.max(0.3, 3 * Math.exp(-round / 3));
    const sums = new Float64Array(12);
    for (let y = 0; y < height; y += SPACING) {
      for (let x = 0; x < width; x += SPACING) {
        const i = y * width + x;
        const u = flow.u[i]!;
        const v = flow.v[i]!;
        const eu = x + u - (motion.xx * x + motion.xy * y + motion.x0);
        const ev = y + v - (motion.yx * x + motion.yy * y + motion.y0);
        const fit = round === 0 ? 1 : 1 / (1 + (eu * eu + ev * ev) / (scale * scale)) ** 2;
        accumulate(sums, (sure[i]! + 1e-6) * fit, x / width - 0.5, y / width - 0.5, u, v);
      }
    }
    motion = solve(sums, width);
  }
  return motion;
}

/** Sums of w·[1 a b]ᵀ[1 a b] (upper triangle), w·[1 a b]·u, w·[1 a b]·v. */
function accumulate(sums: Float64Array, w: number, a: number, b: number, u: number, v: number): void {
  sums[0]! += w;
  sums[1]! += w * a;
  sums[2]! += w * b;
  sums[3]! += w * a * a;
  sums[4]! += w * a * b;
  sums[5]! += w * b * b;
  sums[6]! += w * u;
  sums[7]! += w * a * u;
  sums[8]! += w * b * u;
  sums[9]! += w * v;
  sums[10]! += w * a * v;
  sums[11]! += w * b * v;
}

function solve(s: Float64Array, width: number): Affine {
  const ridge = 1e-9 * s[0]! + 1e-12;
  const [m00, m01, m02] = [s[0]! + ridge, s[1]!, s[2]!];
  const [m11, m12, m22] = [s[3]! + ridge, s[4]!, s[5]! + ridge];
  const c00 = m11 * m22 - m12 * m12;
  const c01 = m02 * m12 - m01 * m22;
  const c02 = m01 * m12 - m02 * m11;
  const c11 = m00 * m22 - m02 * m02;
  const c12 = m01 * m02 - m00 * m12;
  const c22 = m00 * m11 - m01 * m01;
  const n = 1 / (m00 * c00 + m01 * c01 + m02 * c02);
  const row = (r: number): [offset: number, a: number, b: number] => [
    n * (c00 * s[r]! + c01 * s[r + 1]! + c02 * s[r + 2]!),
    n * (c01 * s[r]! + c11 * s[r + 1]! + c12 * s[r + 2]!),
    n * (c02 * s[r]! + c12 * s[r + 1]! + c22 * s[r + 2]!),
  ];
  const [u0, ua, ub] = row(6);
  const [v0, va, vb] = row(9);
  return {
    xx: 1 + ua / width,
    xy: ub / width,
    x0: u0 - 0.5 * (ua + ub),
    yx: va / width,
    yy: 1 + vb / width,
    y0: v0 - 0.5 * (va + vb),
  };
}
