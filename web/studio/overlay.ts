import { at } from './dom.js';
import type { Frame } from './frames.js';
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

/** The trimap over the picture. */
export class Overlay {
  look: OverlayLook = 'colours';
  readonly #canvas = at('overlay', HTMLCanvasElement);
  /** Whether nothing is shown: then one stroke shows all of the trimap. */
  #blank = true;

  get shown(): boolean {
    return !this.#canvas.hidden;
  }

  set shown(shown: boolean) {
    this.#canvas.hidden = !shown;
  }

  clear({ width, height }: Size): void {
    this.#canvas.getContext('2d')!.clearRect(0, 0, width, height);
    this.#blank = true;
  }

  /**
   * Draws some rows of a frame's trimap.
   *
   * @param begun - whether a frame without one is being painted
   */
  draw({ trimap, origin }: Pick<Frame, 'trimap' | 'origin'>, size: Size, rows: Rows, begun: boolean): void {
    if (origin === 'none' && !begun) {
      this.clear(size);
      return;
    }
    const context = this.#canvas.getContext('2d')!;
    drawRows(context, trimap, size, this.#blank ? [0, size.height] : rows, this.look);
    this.#canvas.dataset.look = this.look;
    this.#blank = false;
  }
}

function drawRows(
  context: CanvasRenderingContext2D,
  trimap: Uint8Array,
  { width }: Size,
  [from, to]: Rows,
  look: OverlayLook,
): void {
  if (from >= to) return;
  const { foreground, background, unknown } = look === 'greys' ? GREYS : COLOURS;
  const pixels = new Uint32Array(width * (to - from));
  for (let i = 0; i < pixels.length; i++) {
    const value = trimap[from * width + i];
    pixels[i] = value === FOREGROUND ? foreground : value === BACKGROUND ? background : unknown;
  }
  context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, to - from), 0, from);
}
