import { peakOf, rgbConversion } from '../core/colour.js';
import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { linearOf } from '../core/transfer.js';

/** Signals that are looked up, and into how many steps they are cut; others are computed. */
const LEAST = -0.25;
const MOST = 1.25;
const STEPS = 2 ** 16;

/** Greatest half-precision number, and the least one of full precision. */
const GREATEST_HALF = 65504;
const LEAST_NORMAL_HALF = 2 ** -14;

/** Tables of curves seen so far, by model and transfer: a clip has one. */
const tables = new Map<string, Float64Array>();

const bits = new Int32Array(1);
const number = new Float32Array(bits.buffer);

/**
 * Scene-linear light and alpha, as four planes in ffmpeg's order: green, blue, red, alpha. Values beyond 0..1 stay.
 *
 * Integer signals become light by the inverse of their transfer (`linearOf`); a table is read between its steps, right to
 * 1e-6 of the light of white.
 *
 * @param dst - four numbers a pixel
 * @param options.half - every number is one that half precision holds: the nearest, where the encoder would cut off
 */
export function packLinear(
  dst: Float32Array,
  { colour: [first, second, third], alpha }: Pick<FramePlanes, 'colour' | 'alpha'>,
  format: FrameFormat,
  { premultiplied, half }: { readonly premultiplied: boolean; readonly half: boolean },
): void {
  const pixels = alpha.length;
  const read = rowsOf(format);
  const light = format.depth === 'float' ? (value: number): number => value : linearised(format);
  const stored = half ? toHalf : (value: number): number => value;
  for (let i = 0; i < pixels; i += 1) {
    const a = alpha[i]! > 0 ? Math.min(alpha[i]!, 1) : 0;
    const share = premultiplied ? a : 1;
    const p = first[i]!;
    const q = second[i]!;
    const s = third[i]!;
    dst[i] = stored(share * light(read[4]! * p + read[5]! * q + read[6]! * s + read[7]!));
    dst[pixels + i] = stored(share * light(read[8]! * p + read[9]! * q + read[10]! * s + read[11]!));
    dst[2 * pixels + i] = stored(share * light(read[0]! * p + read[1]! * q + read[2]! * s + read[3]!));
    dst[3 * pixels + i] = stored(a);
  }
}

/** Stored samples to R′G′B′ as 3×4 numbers, row by row. */
function rowsOf({ model, depth, tags, height }: FrameFormat): readonly number[] {
  if (model === 'rgb' || depth === 'float') {
    const unit = 1 / peakOf(depth);
    return [unit, 0, 0, 0, 0, unit, 0, 0, 0, 0, unit, 0];
  }
  const { scaleY, redCr, greenCb, greenCr, blueCb, offsets } = rgbConversion(tags, depth, height);
  const [red, green, blue] = offsets;
  return [scaleY, 0, redCr, red, scaleY, greenCb, greenCr, green, scaleY, blueCb, 0, blue];
}

function linearised(format: FrameFormat): (signal: number) => number {
  const curve = linearOf(format);
  const key = `${format.model} ${format.tags.transfer}`;
  const step = (MOST - LEAST) / STEPS;
  let table = tables.get(key);
  if (!table) {
    table = Float64Array.from({ length: STEPS + 1 }, (_, i) => curve(LEAST + i * step));
    tables.set(key, table);
  }
  const values = table;
  return (signal) => {
    const at = (signal - LEAST) / step;
    if (!(at >= 0 && at < STEPS)) return curve(signal);
    const below = Math.floor(at);
    const low = values[below]!;
    return low + (at - below) * (values[below + 1]! - low);
  };
}

/** The nearest half-precision number, ties to even; what is too large becomes the greatest, what is no number 0. */
function toHalf(value: number): number {
  const size = Math.abs(value);
  if (!(size < GREATEST_HALF)) return size > 0 ? Math.sign(value) * GREATEST_HALF : 0;
  if (size < LEAST_NORMAL_HALF) return Math.round(value * 2 ** 24) / 2 ** 24;
  number[0] = value;
  const word = bits[0]!;
  // 13 of single precision's 23 bits go.
  bits[0] = (word + 0xfff + ((word >> 13) & 1)) & ~0x1fff;
  return number[0];
}
