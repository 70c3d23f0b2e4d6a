import type { Ops } from '../ops.js';

/**
 * Alpha 0..1 with the trimap's verdict put in: exactly 1 on foreground, exactly 0 on background, `alpha` elsewhere.
 *
 * The masks are ramps clipped to 0..1, and anything between a quarter and three quarters is wholly unknown:
 * 128/255 is as good an "unknown" as 0.5.
 *
 * @param alpha - (N, 1, H, W), any real numbers
 * @param trimap - (N, 1, H, W): 0 background, 0.5 unknown, 1 foreground
 */
export function putInKnown<T>(ops: Ops<T>, alpha: T, trimap: T): T {
  const foreground = ops.clip(ops.affine(trimap, 4, -3), 0, 1);
  const notBackground = ops.clip(ops.affine(trimap, 4, 0), 0, 1);
  const unknown = ops.add(notBackground, ops.affine(foreground, -1, 0));
  return ops.add(ops.multiply(ops.clip(alpha, 0, 1), unknown), foreground);
}
