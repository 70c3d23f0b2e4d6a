import type { Background, Foreground } from '../foreground.js';
import type { Random } from '../random.js';
import type { Layer } from '../synthesis/layer.js';
import type { Source } from './sources.js';

/** From a crop's pixels to a picture's: a point (x, y) off the crop's middle lies at centre + M·(x, y). */
export interface CropMap {
  readonly centreX: number;
  readonly centreY: number;
  /** Row by row. */
  readonly matrix: readonly [number, number, number, number];
}

/** The paper's crops: this many times the training side, resized to it. */
const RATIOS = [1, 1.5, 2] as const;

/** Soft pixels tried for a crop that lies within the picture. */
const ATTEMPTS = 20;

/** Smaller pictures are not enlarged further than this to keep a crop within them. */
const LEAST_RATIO = 0.7;

/**
 * A random crop round a mixed pixel, flipped or not.
 *
 * @param side - pixels of the crop once resized
 * @param warp - with rotation, zoom and shear too
 */
export function cropAroundSoft(
  { foreground, soft, cut }: Source,
  side: number,
  random: Random,
  warp: boolean,
): CropMap {
  const { width, height } = foreground;
  const zoom = warp ? Math.exp(random.uniform(-0.45, 0.3)) : 1;
  // What the border cuts through ends in a straight edge that no subject has: such a crop stays within the picture.
  const largest = cut
    ? Math.max(LEAST_RATIO, (0.75 * Math.min(width, height)) / side)
    : (1.25 * Math.max(width, height)) / side;
  const ratio = Math.min(random.pick(RATIOS) * zoom, largest);
  const matrix = anyMatrix(random, ratio, warp);
  const half = (ratio * side) / 2;
  let [x, y] = [0, 0];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const at = soft[random.integer(soft.length)]!;
    [x, y] = [(at % width) + 0.5, Math.floor(at / width) + 0.5];
    if (!cut || (kept(x, half, width) === x && kept(y, half, height) === y)) break;
  }
  if (!cut) return { centreX: x, centreY: y, matrix };
  // All soft pixels are near the border: the crop holds one, if not in its middle.
  return { centreX: kept(x, half, width), centreY: kept(y, half, height), matrix };
}

/** The place nearest to x at which a crop of twice `half` lies within the picture, or covers it evenly. */
function kept(x: number, half: number, extent: number): number {
  return extent <= 2 * half ? extent / 2 : Math.min(Math.max(x, half), extent - half);
}

/** A random crop of a background that mostly lies within it. */
export function cropAnywhere(
  { width, height }: Background,
  side: number,
  random: Random,
  warp: boolean,
): CropMap {
  const ratio = (Math.min(width, height) / side) * random.uniform(0.35, 1);
  const reach = (ratio * side) / 2;
  const between = (extent: number): number =>
    extent > 2 * reach ? random.uniform(reach, extent - reach) : extent / 2;
  return { centreX: between(width), centreY: between(height), matrix: anyMatrix(random, ratio, warp) };
}

function anyMatrix(random: Random, ratio: number, warp: boolean): CropMap['matrix'] {
  const turn = warp && random.chance(0.6) ? 0.3 * random.normal() : 0;
  const shear = warp && random.chance(0.3) ? 0.12 * random.normal() : 0;
  const flip = random.chance(0.5) ? -1 : 1;
  const [cos, sin] = [ratio * Math.cos(turn), ratio * Math.sin(turn)];
  return [flip * cos, shear * cos - sin, flip * sin, shear * sin + cos];
}

/** Samples a pixel along either axis that keep a reduced picture from aliasing. */
function samplesOf([a, b, c, d]: CropMap['matrix']): number {
  return Math.min(4, Math.max(1, Math.ceil(Math.max(Math.hypot(a, c), Math.hypot(b, d)) - 0.2)));
}

/** A crop of a foreground, premultiplied before anything is averaged; clear outside the picture. */
export function cropForeground({ width, height, rgba }: Foreground, map: CropMap, side: number): Layer {
  const out = new Float32Array(4 * side * side);
  const n = samplesOf(map.matrix);
  const share = 1 / (n * n);
  const add = (to: number, x: number, y: number, weight: number): void => {
    if (x < 0 || y < 0 || x >= width || y >= height || weight === 0) return;
    const from = 4 * (y * width + x);
    const alpha = (weight * rgba[from + 3]!) / 255;
    out[to]! += (alpha * rgba[from]!) / 255;
    out[to + 1]! += (alpha * rgba[from + 1]!) / 255;
    out[to + 2]! += (alpha * rgba[from + 2]!) / 255;
    out[to + 3]! += alpha;
  };
  visit(map, side, n, (pixel, u, v) => {
    const [x, y] = [Math.floor(u), Math.floor(v)];
    const [fx, fy] = [u - x, v - y];
    add(4 * pixel, x, y, share * (1 - fx) * (1 - fy));
    add(4 * pixel, x + 1, y, share * fx * (1 - fy));
    add(4 * pixel, x, y + 1, share * (1 - fx) * fy);
    add(4 * pixel, x + 1, y + 1, share * fx * fy);
  });
  return { side, rgba: out };
}

/** A crop of a background, 0..1, interleaved; past the border the picture is mirrored. */
export function cropBackground(
  { width, height, rgb }: Background,
  map: CropMap,
  side: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(3 * side * side);
  const n = samplesOf(map.matrix);
  const share = 1 / (255 * n * n);
  visit(map, side, n, (pixel, u, v) => {
    const [x, y] = [Math.floor(u), Math.floor(v)];
    const [fx, fy] = [u - x, v - y];
    const [x0, x1] = [mirrored(x, width), mirrored(x + 1, width)];
    const [y0, y1] = [width * mirrored(y, height), width * mirrored(y + 1, height)];
    for (let c = 0; c < 3; c++) {
      const above = rgb[3 * (y0 + x0) + c]! * (1 - fx) + rgb[3 * (y0 + x1) + c]! * fx;
      const below = rgb[3 * (y1 + x0) + c]! * (1 - fx) + rgb[3 * (y1 + x1) + c]! * fx;
      out[3 * pixel + c]! += share * (above * (1 - fy) + below * fy);
    }
  });
  return out;
}

function mirrored(x: number, extent: number): number {
  const period = 2 * extent;
  const wrapped = ((x % period) + period) % period;
  return wrapped < extent ? wrapped : period - 1 - wrapped;
}

/** Calls `sample` n×n times a pixel with places in the picture; whole numbers are the middles of its pixels. */
function visit(
  { centreX, centreY, matrix: [a, b, c, d] }: CropMap,
  side: number,
  n: number,
  sample: (pixel: number, u: number, v: number) => void,
): void {
  for (let y = 0, pixel = 0; y < side; y++) {
    for (let x = 0; x < side; x++, pixel++) {
      for (let k = 0; k < n * n; k++) {
        const px = x + ((k % n) + 0.5) / n - side / 2;
        const py = y + (Math.floor(k / n) + 0.5) / n - side / 2;
        sample(pixel, centreX + a * px + b * py - 0.5, centreY + c * px + d * py - 0.5);
      }
    }
  }
}
