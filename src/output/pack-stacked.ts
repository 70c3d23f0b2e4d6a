import type { FrameFormat, FramePlanes } from '../core/frame.js';

/** A picture of a codec that halves chroma: colour above, its alpha as luma below. */
export interface StackedSize {
  /** Pixels, even: the frame's, and a repeated column where that is odd. */
  readonly width: number;
  /** Of both together; half of it, which is even too, is the colour's. */
  readonly height: number;
}

export function stackedSize({ width, height }: { width: number; height: number }): StackedSize {
  return { width: 2 * Math.ceil(width / 2), height: 4 * Math.ceil(height / 2) };
}

/** Bytes of a stacked picture in yuv420p. */
export function stackedBytes(format: FrameFormat): number {
  const { width, height } = stackedSize(format);
  return (width * height * 3) / 2;
}

/**
 * Writes colour multiplied by alpha, and alpha below it, as one limited-range yuv420p picture: what a browser decodes in
 * one piece can never show the alpha of another frame. Multiplied, so that what is behind the subject is not in the
 * stream, chroma is averaged as light is, and a codec's ringing beside the outline stays dark.
 *
 * @param dst - `stackedBytes`
 * @param planes - `colour`: limited-range 8-bit Y′CbCr; `alpha`: 0..1
 */
export function packStacked(
  dst: Uint8Array,
  { colour, alpha }: Pick<FramePlanes, 'colour' | 'alpha'>,
  format: Pick<FrameFormat, 'width' | 'height'>,
): void {
  const [luma, cb, cr] = colour;
  const { width, height } = format;
  const stacked = stackedSize(format);
  const stride = stacked.width;
  const rows = stacked.height / 2;
  const below = stride * rows;
  for (let y = 0; y < rows; y++) {
    const row = Math.min(y, height - 1) * width;
    for (let x = 0, at = y * stride; x < stride; x++, at++) {
      const i = row + Math.min(x, width - 1);
      const pha = alpha[i]!;
      dst[at] = 16.5 + pha * (luma[i]! - 16);
      dst[below + at] = 16.5 + 219 * pha;
    }
  }
  const firstCb = stride * stacked.height;
  const firstCr = firstCb + firstCb / 4;
  const columns = stride / 2;
  for (let y = 0, at = 0; y < rows / 2; y++) {
    const top = Math.min(2 * y, height - 1) * width;
    const bottom = Math.min(2 * y + 1, height - 1) * width;
    for (let x = 0; x < columns; x++, at++) {
      const left = Math.min(2 * x, width - 1);
      const right = Math.min(2 * x + 1, width - 1);
      const [a, b, c, d] = [top + left, top + right, bottom + left, bottom + right] as const;
      const [pa, pb, pc, pd] = [alpha[a]!, alpha[b]!, alpha[c]!, alpha[d]!] as const;
      const rest = 128.5 - 32 * (pa + pb + pc + pd);
      dst[firstCb + at] = rest + (pa * cb[a]! + pb * cb[b]! + pc * cb[c]! + pd * cb[d]!) / 4;
      dst[firstCr + at] = rest + (pa * cr[a]! + pb * cr[b]! + pc * cr[c]! + pd * cr[d]!) / 4;
    }
  }
  dst.fill(128, firstCb + (columns * rows) / 2, firstCr);
  dst.fill(128, firstCr + (columns * rows) / 2, firstCr + firstCb / 4);
}
