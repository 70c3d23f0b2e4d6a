import type { IntegerFormat, FramePlanes, Samples } from '../core/frame.js';
import { yuvEncoding } from './encoded-colour.js';
import { allocatePackLoops, STRIP } from './pack-loops.js';

type Row = readonly [number, number, number];

/**
 * Pixels worked on at once, through arrays of the module. The optimising compiler takes their addresses for constants,
 * where it fetches those of an argument again for every sample: with both copies this takes 0.6 ns a sample, not 1.5.
 */
const bytes = new Uint8Array(STRIP);
const words = [new Uint16Array(STRIP), new Uint16Array(STRIP), new Uint16Array(STRIP)] as const;
const [first, second, third] = words;
const pha = new Float32Array(STRIP);
const out = new Uint16Array(STRIP);
/** What each stored sample becomes. */
const table = new Uint16Array(2 ** 16);

/** What has vectors to do it with. */
const loops = allocatePackLoops();

/**
 * Limited-range Y′CbCr with `encodedTags`, and alpha: four planes, each row-major, of `depth` bits a sample, rounded to
 * nearest.
 *
 * Y′CbCr goes plane by plane: copied where the samples stay as they are, otherwise looked up. R′G′B′, and colour
 * multiplied by alpha, are computed sample by sample.
 *
 * @param dst - four samples a pixel
 */
export function packYuva(
  dst: Samples,
  { colour, alpha }: Pick<FramePlanes, 'colour' | 'alpha'>,
  format: IntegerFormat,
  depth: 8 | 10,
  premultiplied: boolean,
): void {
  const pixels = alpha.length;
  const peak = 2 ** depth - 1;
  const { rows, offsets } = yuvEncoding(format, depth);
  if (premultiplied || format.model === 'rgb') {
    // Premultiplied colour fades to black: luma 16, chroma 128.
    const blacks = [16, 128, 128].map((black) => black * 2 ** (depth - 8));
    packMixed(dst, colour, alpha, (channel, count) => {
      if (premultiplied) mixPremultiplied(rows[channel]!, offsets[channel]!, blacks[channel]!, peak, count);
      else mix(rows[channel]!, offsets[channel]!, peak, count);
    });
  } else {
    colour.forEach((src, channel) => {
      const scale = rows[channel]![channel]!;
      const offset = offsets[channel]!;
      const plane = dst.subarray(channel * pixels, (channel + 1) * pixels);
      const bits = Math.log2(scale);
      if (scale === 1 && offset === 0) plane.set(src);
      else if (src instanceof Uint8Array && Number.isInteger(bits) && offset === 0)
        packWider(plane, src, bits);
      else packMapped(plane, src, (value) => rounded(scale * value + offset, peak), 2 ** format.depth);
    });
  }
  packAlpha(dst.subarray(3 * pixels), alpha, peak);
}

/** A plane of bytes whose samples get `bits` more. */
function packWider(dst: Samples, src: Uint8Array, bits: number): void {
  for (let at = 0; at < src.length; at += STRIP) {
    const part = src.subarray(at, at + STRIP);
    loops.bytes.set(part);
    loops.widen(part.length, bits);
    dst.set(loops.words.subarray(0, part.length), at);
  }
}

/** A plane whose samples depend on nothing but themselves. */
function packMapped(dst: Samples, src: Samples, map: (value: number) => number, values: number): void {
  for (let value = 0; value < values; value += 1) table[value] = map(value);
  const wide = src instanceof Uint16Array;
  const strip = wide ? first : bytes;
  for (let at = 0; at < src.length; at += STRIP) {
    const part = src.subarray(at, at + STRIP);
    strip.set(part);
    if (wide) lookUpWords(part.length);
    else lookUpBytes(part.length);
    dst.set(out.subarray(0, part.length), at);
  }
}

function lookUpBytes(count: number): void {
  for (let i = 0; i < count; i += 1) out[i] = table[bytes[i]!]!;
}

function lookUpWords(count: number): void {
  for (let i = 0; i < count; i += 1) out[i] = table[first[i]!]!;
}

/** Three planes whose samples depend on all three, and maybe on alpha. */
function packMixed(
  dst: Samples,
  colour: FramePlanes['colour'],
  alpha: Float32Array,
  fill: (channel: number, count: number) => void,
): void {
  const pixels = alpha.length;
  for (let at = 0; at < pixels; at += STRIP) {
    const count = Math.min(STRIP, pixels - at);
    pha.set(alpha.subarray(at, at + count));
    words.forEach((strip, channel) => strip.set(colour[channel]!.subarray(at, at + count)));
    for (let channel = 0; channel < 3; channel += 1) {
      fill(channel, count);
      dst.set(out.subarray(0, count), channel * pixels + at);
    }
  }
}

function mix([a, b, c]: Row, offset: number, peak: number, count: number): void {
  for (let i = 0; i < count; i += 1) {
    out[i] = rounded(a * first[i]! + b * second[i]! + c * third[i]! + offset, peak);
  }
}

function mixPremultiplied([a, b, c]: Row, offset: number, black: number, peak: number, count: number): void {
  for (let i = 0; i < count; i += 1) {
    const value = a * first[i]! + b * second[i]! + c * third[i]! + offset;
    const share = pha[i]!;
    out[i] = rounded(share > 0 ? black + (value - black) * (share < 1 ? share : 1) : black, peak);
  }
}

/**
 * Alpha as whole numbers, 0..peak; what is no number becomes a hole.
 *
 * @param alpha - 0..1; values beyond are held there
 */
export function packAlpha(dst: Samples, alpha: Float32Array, peak: number): void {
  for (let at = 0; at < alpha.length; at += STRIP) {
    const part = alpha.subarray(at, at + STRIP);
    loops.floats.set(part);
    loops.quantise(part.length, peak);
    dst.set(loops.words.subarray(0, part.length), at);
  }
}

/** To nearest, within 0..peak. */
function rounded(value: number, peak: number): number {
  return value > 0 ? Math.min(peak, value + 0.5) | 0 : 0;
}
