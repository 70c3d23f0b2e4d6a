import { rgbConversion } from '../core/colour.js';
import type { FrameFormat, FramePlanes } from '../core/frame.js';
import type { RawPixelFormat } from '../ffmpeg/nut-writer.js';
import { packAlpha, packYuva } from './pack-yuva.js';

/** Those that hold a frame in full: what halves chroma is packed elsewhere (`packStacked`). */
export type PackedPixelFormat = Exclude<RawPixelFormat, 'yuv420p'>;

/** How a frame becomes the encoder's picture. Plain data, so that it can be sent to a worker thread. */
export interface Packing {
  readonly pixelFormat: PackedPixelFormat;
  /** Colour multiplied by alpha; Y′CbCr formats only. */
  readonly premultiplied: boolean;
}

/** Bytes of one pixel, all planes together. */
const PIXEL_BYTES: Readonly<Record<PackedPixelFormat, number>> = {
  yuva444p: 4,
  yuva444p10le: 8,
  yuv444p10le: 6,
  rgba64be: 8,
  gray16le: 2,
  gray16be: 2,
};

/** Bytes of one packed picture. */
export function packedSize({ width, height }: FrameFormat, { pixelFormat }: Packing): number {
  return width * height * PIXEL_BYTES[pixelFormat];
}

/**
 * Writes the encoder's picture from a frame's colour planes and its matte.
 *
 * - `yuva444p`, `yuva444p10le`: limited-range Y′CbCr with `encodedTags`, and alpha
 * - `rgba64be`: straight R′G′B′ and alpha, full range, interleaved
 * - `yuv444p10le`: the matte as limited-range luma, without colour
 * - `gray16le`, `gray16be`: the matte
 *
 * Every sample is rounded to nearest. Assumes a little-endian machine, as all that Node runs on are.
 *
 * @param dst - `packedSize` bytes, starting on an even address
 * @param planes - `colour` at the format's depth, `alpha` 0..1
 */
export function pack(
  dst: Uint8Array,
  planes: Pick<FramePlanes, 'colour' | 'alpha'>,
  format: FrameFormat,
  packing: Packing,
): void {
  switch (packing.pixelFormat) {
    case 'yuva444p':
      packYuva(dst, planes, format, 8, packing.premultiplied);
      return;
    case 'yuva444p10le':
      packYuva(words(dst), planes, format, 10, packing.premultiplied);
      return;
    case 'yuv444p10le':
      packLumaMatte(words(dst), planes.alpha);
      return;
    case 'rgba64be':
      packRgba(words(dst), planes, format);
      swapBytes(words(dst), 4 * planes.alpha.length);
      return;
    case 'gray16le':
      packMatte(words(dst), planes.alpha);
      return;
    case 'gray16be':
      packMatte(words(dst), planes.alpha);
      swapBytes(words(dst), planes.alpha.length);
  }
}

/**
 * Straight R′G′B′ and alpha, interleaved, 0..65535.
 *
 * @param dst - four words a pixel
 */
export function packRgba(
  dst: Uint16Array,
  { colour, alpha }: Pick<FramePlanes, 'colour' | 'alpha'>,
  { model, tags, depth, height }: FrameFormat,
): void {
  const [first, second, third] = colour;
  const pixels = alpha.length;
  const rgb = model === 'rgb';
  const scale = 1 / (2 ** depth - 1);
  const { scaleY, redCr, greenCb, greenCr, blueCb, offsets } = rgbConversion(tags, depth, height);
  const [redOffset, greenOffset, blueOffset] = offsets;
  for (let i = 0; i < pixels; i += 1) {
    const p = first[i]!;
    const q = second[i]!;
    const s = third[i]!;
    const luma = p * scaleY;
    const at = 4 * i;
    dst[at] = clampUnit(rgb ? p * scale : luma + redCr * s + redOffset) * 65535 + 0.5;
    dst[at + 1] = clampUnit(rgb ? q * scale : luma + greenCb * q + greenCr * s + greenOffset) * 65535 + 0.5;
    dst[at + 2] = clampUnit(rgb ? s * scale : luma + blueCb * q + blueOffset) * 65535 + 0.5;
    dst[at + 3] = clampUnit(alpha[i]!) * 65535 + 0.5;
  }
}

/** 64..940 of 0..1023, chroma at rest: what a luma matte is in video. */
function packLumaMatte(dst: Uint16Array, alpha: Float32Array): void {
  const pixels = alpha.length;
  for (let i = 0; i < pixels; i += 1) dst[i] = 64 + clampUnit(alpha[i]!) * 876 + 0.5;
  dst.fill(512, pixels, 3 * pixels);
}

/** The matte, 0..65535. */
export function packMatte(dst: Uint16Array, alpha: Float32Array): void {
  packAlpha(dst, alpha, 65535);
}

/** PNG's byte order is the other one. */
function swapBytes(words16: Uint16Array, count: number): void {
  for (let i = 0; i < count; i += 1) {
    const word = words16[i]!;
    words16[i] = (word >> 8) | (word << 8);
  }
}

function words(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
}

/** Also makes NaN 0, so that a failed estimate shows as a hole and not as noise. */
function clampUnit(value: number): number {
  return value > 0 ? (value < 1 ? value : 1) : 0;
}
