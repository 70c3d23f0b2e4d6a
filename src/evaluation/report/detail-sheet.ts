import sharp from 'sharp';
import type { Place } from './worst-place.js';

/** The three ways to look at a matte; the reference has exact matte, trimap and image in their places. */
export interface Layers<T> {
  readonly matte: T;
  readonly error: T;
  readonly cutOut: T;
}

/** The sheet's rows, from the top. */
export const LAYERS = ['matte', 'error', 'cutOut'] as const;

/**
 * One window of every column's layers, pixel by pixel, as one picture: a column a method, after the reference, and a row
 * a layer. One file instead of several a method: it is the smaller, and any method can be shown at any method's place.
 *
 * @param columns - layers of 1 (grey), 3 or 4 samples a pixel, each of the whole picture
 * @param width - the picture's, pixels
 * @returns WebP, `columns.length × place.width` by `3 × place.height` pixels
 */
export async function detailSheet(
  columns: readonly Layers<Uint8Array>[],
  width: number,
  place: Place,
): Promise<Uint8Array> {
  const sheetWidth = columns.length * place.width;
  const sheet = new Uint8Array(4 * sheetWidth * LAYERS.length * place.height);
  const pixels = columns[0]!.matte.length;
  for (const [column, layers] of columns.entries()) {
    for (const [row, layer] of LAYERS.entries()) {
      const channels = layers[layer].length / pixels;
      for (let y = 0; y < place.height; y++) {
        const from = (place.top + y) * width + place.left;
        const to = (row * place.height + y) * sheetWidth + column * place.width;
        copyRun(sheet, to, layers[layer], from, channels, place.width);
      }
    }
  }
  return sharp(sheet, { raw: { width: sheetWidth, height: LAYERS.length * place.height, channels: 4 } })
    .webp({ quality: 95, effort: 2 })
    .toBuffer();
}

/** `count` pixels from `from` on to `to` on; grey is spread over the colours, what has no alpha is opaque. */
function copyRun(
  dst: Uint8Array,
  to: number,
  src: Uint8Array,
  from: number,
  channels: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const at = channels * (from + i);
    const out = 4 * (to + i);
    for (let c = 0; c < 3; c++) dst[out + c] = src[channels === 1 ? at : at + c]!;
    dst[out + 3] = channels === 4 ? src[at + 3]! : 255;
  }
}
