import type { Ops } from '../ops.js';

/** Channels of the five levels, finest first. */
const WIDTHS = [16, 32, 48, 80, 128] as const;

/** Channels of `unetFeatures`. */
export const UNET_OUTPUTS: number = WIDTHS[0];

/** One layer as a network has it: a 3×3 convolution with whatever follows, which keeps height and width. */
export type UnetLayer<T> = (name: string, x: T, inputs: number, outputs: number, dilation: number) => T;

/**
 * A small U-Net (Ronneberger et al., MICCAI 2015) with a dilated convolution (Yu and Koltun, ICLR 2016) at the bottom.
 * The input itself is handed to the last layer too.
 *
 * @param input - (N, inputs, H, W), H and W multiples of 32
 * @returns (N, `UNET_OUTPUTS`, H, W)
 */
export function unetFeatures<T>(ops: Ops<T>, input: T, inputs: number, unetLayer: UnetLayer<T>): T {
  const [c0, c1, c2, c3, c4] = WIDTHS;
  const half = (x: T): T => ops.maxPool(x).values;
  const layer = (name: string, x: T, from: number, to: number, dilation = 1): T =>
    unetLayer(name, x, from, to, dilation);
  const pair = (name: string, x: T, from: number, to: number, dilation = 1): T =>
    layer(`${name}.1`, layer(`${name}.0`, x, from, to), to, to, dilation);

  const e0 = layer('e0', input, inputs, c0);
  const e1 = pair('e1', half(e0), c0, c1);
  const e2 = pair('e2', half(e1), c1, c2);
  const e3 = pair('e3', half(e2), c2, c3);
  const e4 = pair('e4', half(e3), c3, c4);
  const bottom = pair('b', half(e4), c4, c4, 2);

  const join = (coarse: T, ...fine: readonly [T, ...T[]]): T =>
    ops.concat([ops.resizeLike(coarse, fine[0]), ...fine]);
  const d4 = layer('d4', join(bottom, e4), c4 + c4, c3);
  const d3 = layer('d3', join(d4, e3), c3 + c3, c2);
  const d2 = layer('d2', join(d3, e2), c2 + c2, c1);
  const d1 = layer('d1', join(d2, e1), c1 + c1, c0);
  return layer('d0', join(d1, e0, input), c0 + c0 + inputs, c0);
}
