import type { Flow } from './flow.js';
import type { Size } from './picture.js';

/** dst(x, y) = src(x + u, y + v), bilinear; beyond the border the border's value. */
export function warpPlane(dst: Float32Array, src: Float32Array, flow: Flow, { width, height }: Size): void {
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const sx = Math.min(width - 1, Math.max(0, x + flow.u[i]!));
      const sy = Math.min(height - 1, Math.max(0, y + flow.v[i]!));
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      const fx = sx - x0;
      const fy = sy - y0;
      const p = y0 * width + x0;
      const right = x0 + 1 < width ? 1 : 0;
      const below = y0 + 1 < height ? width : 0;
      dst[i] =
        (1 - fy) * ((1 - fx) * src[p]! + fx * src[p + right]!) +
        fy * ((1 - fx) * src[p + below]! + fx * src[p + below + right]!);
    }
  }
}
