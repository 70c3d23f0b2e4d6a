import type { Flow } from '../../trimap/flow.js';
import type { Size } from '../../trimap/picture.js';

/** Brings a flow up to a larger picture: vectors interpolated bilinearly between pixel centres, and lengthened. */
export function enlargeFlow(dst: Flow, to: Size, src: Flow, from: Size): void {
  const scaleX = to.width / from.width;
  const scaleY = to.height / from.height;
  for (let y = 0, i = 0; y < to.height; y++) {
    const sy = clamp((y + 0.5) / scaleY - 0.5, from.height - 1);
    const top = Math.floor(sy);
    const fy = sy - top;
    const row = top * from.width;
    const below = top + 1 < from.height ? from.width : 0;
    for (let x = 0; x < to.width; x++, i++) {
      const sx = clamp((x + 0.5) / scaleX - 0.5, from.width - 1);
      const left = Math.floor(sx);
      const fx = sx - left;
      const p = row + left;
      const right = left + 1 < from.width ? 1 : 0;
      dst.u[i] = scaleX * between(src.u, p, right, below, fx, fy);
      dst.v[i] = scaleY * between(src.v, p, right, below, fx, fy);
    }
  }
}

function between(
  plane: Float32Array,
  p: number,
  right: number,
  below: number,
  fx: number,
  fy: number,
): number {
  const upper = (1 - fx) * plane[p]! + fx * plane[p + right]!;
  const lower = (1 - fx) * plane[p + below]! + fx * plane[p + below + right]!;
  return (1 - fy) * upper + fy * lower;
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}
