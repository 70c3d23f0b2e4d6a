import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { keptRange, spanWeight, type Tile } from './tiles.js';

/** The plane a stage writes. */
export type MergedPlane = 'stage1' | 'alpha';

/** The logit that stands for certainty where no network has looked. */
const CERTAIN_LOGIT = 16;

/** Sets every plane that tiles are merged into to what the trimap knows; unknown pixels become 0. */
export function initialisePlanes({ trimap, alpha, stage1, weight }: FramePlanes, carry: 'alpha' | 'logit'): void {
  const [absent, present] = carry === 'alpha' ? [0, 1] : [-CERTAIN_LOGIT, CERTAIN_LOGIT];
  for (let i = 0; i < trimap.length; i++) {
    const foreground = trimap[i] === 255;
    alpha[i] = foreground ? 1 : 0;
    stage1[i] = foreground ? present : absent;
  }
  weight.fill(0);
}

/**
 * Adds a tile's result, weighted, to a plane and its weights to `planes.weight`.
 *
 * @param values - the tile's pixels, H × W
 */
export function accumulateTile(
  planes: FramePlanes,
  plane: MergedPlane,
  { width, height }: FrameFormat,
  { x, y, feather }: Tile,
  values: Float32Array,
): void {
  const dst = planes[plane];
  const { weight } = planes;
  const [left, right] = keptRange(x, width);
  const [top, bottom] = keptRange(y, height);
  for (let row = top; row < bottom; row++) {
    const across = spanWeight(y, feather, row);
    const from = (row - y.start) * x.length - x.start;
    for (let column = left, i = row * width + left; column < right; column++, i++) {
      const w = across * spanWeight(x, feather, column);
      if (w === 0) continue;
      // The first tile that reaches a pixel replaces what the trimap put there.
      dst[i] = (weight[i] === 0 ? 0 : dst[i]!) + w * values[from + column]!;
      weight[i] = weight[i]! + w;
    }
  }
}

/**
 * Divides a plane by its weights once all tiles of a frame are in, and clears the weights for the next stage. Of finished
 * alpha, pixels the trimap knows become exactly 0 and 1.
 *
 * @param tiles - all that were accumulated
 */
export function finishTiles(
  planes: FramePlanes,
  plane: MergedPlane,
  { width, height }: FrameFormat,
  tiles: readonly Tile[],
): void {
  const dst = planes[plane];
  const { weight } = planes;
  for (const { x, y } of tiles) {
    const [left, right] = keptRange(x, width);
    const [top, bottom] = keptRange(y, height);
    for (let row = top; row < bottom; row++) {
      for (let i = row * width + left, end = row * width + right; i < end; i++) {
        if (weight[i] === 0) continue;
        dst[i] = dst[i]! / weight[i]!;
        weight[i] = 0;
      }
    }
  }
  if (plane === 'alpha') putKnown(planes);
}

function putKnown({ alpha, trimap }: FramePlanes): void {
  for (let i = 0; i < trimap.length; i++) {
    if (trimap[i] === 0) alpha[i] = 0;
    else if (trimap[i] === 255) alpha[i] = 1;
  }
}
