import { BACKGROUND, FOREGROUND, type Rows, type Size } from './trimap-edit.js';

/** How a trimap is shown: coloured over the picture, or as its own greys instead of it. */
export type OverlayLook = 'colours' | 'greys';

/** R, G, B and opacity in the order of a little-endian word: as `ImageData` has them. */
const colour = (r: number, g: number, b: number, alpha: number): number =>
  ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;

/**
 * The background is the paler: most of a picture is background, and has to be seen. Blue for what is unknown: hair and
 * skin are warm.
 */
const COLOURS = {
  foreground: colour(52, 199, 120, 255),
  background: colour(214, 74, 92, 190),
  unknown: colour(74, 168, 255, 255),
} as const;
const GREYS = {
  foreground: colour(255, 255, 255, 255),
  background: colour(0, 0, 0, 255),
  unknown: colour(128, 128, 128, 255),
} as const;

/** Draws some rows of a trimap. */
export function drawOverlay(
  canvas: HTMLCanvasElement,
  trimap: Uint8Array,
  { width }: Size,
  [from, to]: Rows,
  look: OverlayLook,
): void {
  if (from >= to) return;
  const { foreground, background, unknown } = look === 'greys' ? GREYS : COLOURS;
  const pixels = new Uint32Array(width * (to - from));
  for (let i = 0, at = from * width; i < pixels.length; i++, at++) {
    const value = trimap[at];
    pixels[i] = value === FOREGROUND ? foreground : value === BACKGROUND ? background : unknown;
  }
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, to - from);
  canvas.getContext('2d')!.putImageData(image, 0, from);
}
