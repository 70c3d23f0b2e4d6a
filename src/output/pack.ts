import { rgbConversion } from '../core/colour.js';
import type { FrameFormat, FramePlanes, IntegerFormat } from '../core/frame.js';
import type { RawPixelFormat } from '../ffmpeg/nut-writer.js';
import { displayColour, displayFormat } from './display.js';
import { packLinear } from './pack-linear.js';
import { packSideBySide } from './pack-side-by-side.js';
import { packLumaMatte } from './pack-luma-matte.js';
import { packAlpha, packYuva } from './pack-yuva.js';

/** Those that hold a frame in full: what halves chroma is packed elsewhere (`packStacked`). NUT has no name for the float one. */
export type PackedPixelFormat = Exclude<RawPixelFormat, 'yuv420p'> | 'gbrapf32le';

/** How a frame becomes the encoder's picture. Plain data, so that it can be sent to a worker thread. */
export interface Packing {
  readonly pixelFormat: PackedPixelFormat;
  /** Colour multiplied by alpha; Y′CbCr and float formats only. */
  readonly premultiplied: boolean;
  /** Float formats only: rounded to half precision. */
  readonly half?: true;
  /** `yuv444p10le` only: colour, and the matte on its right. */
  readonly sideBySide?: true;
}

/** Bytes of one pixel, all planes together. */
const PIXEL_BYTES: Readonly<Record<PackedPixelFormat, number>> = {
  yuva444p: 4,
  yuva444p10le: 8,
  yuv444p10le: 6,
  rgba64be: 8,
  rgba64le: 8,
  gbrapf32le: 16,
  gray16le: 2,
  gray16be: 2,
};

/** Size of the packed picture, pixels. */
export function packedPicture(
  { width, height }: Pick<FrameFormat, 'width' | 'height'>,
  { sideBySide }: Packing,
): { width: number; height: number } {
  return { width: sideBySide ? 2 * width : width, height };
}

/** Bytes of one packed picture. */
export function packedSize(format: FrameFormat, packing: Packing): number {
  const { width, height } = packedPicture(format, packing);
  return width * height * PIXEL_BYTES[packing.pixelFormat];
}

/**
 * Writes the encoder's picture from a frame's colour planes and its matte.
 *
 * - `yuva444p`, `yuva444p10le`: limited-range Y′CbCr with `encodedTags`, and alpha
 * - `rgba64be`, `rgba64le`: straight R′G′B′ and alpha, full range, interleaved
 * - `gbrapf32le`: scene-linear light and alpha, planar
 * - `yuv444p10le`: the matte as limited-range luma, without colour; side by side, colour on its left
 * - `gray16le`, `gray16be`: the matte
 *
 * Float frames are shown as sRGB (`displayFormat`) to all but the float layout. Every sample is rounded to nearest. Assumes a little-endian machine, as all that Node runs on are.
 *
 * @param dst - `packedSize` bytes, starting on an address that is a multiple of four
 * @param planes - `colour` at the format's depth, `alpha` 0..1
 */
export function pack(
  dst: Uint8Array,
  planes: Pick<FramePlanes, 'colour' | 'alpha'>,
  format: FrameFormat,
  packing: Packing,
): void {
  const { pixelFormat, premultiplied, half = false, sideBySide = false } = packing;
  if (pixelFormat === 'gbrapf32le') {
    const numbers = new Float32Array(dst.buffer, dst.byteOffset, dst.byteLength >> 2);
    packLinear(numbers, planes, format, { premultiplied, half });
    return;
  }
  const [shown, integer] = display(planes, format);
  switch (pixelFormat) {
    case 'yuva444p':
      packYuva(dst, shown, integer, 8, premultiplied);
      return;
    case 'yuva444p10le':
      packYuva(words(dst), shown, integer, 10, premultiplied);
      return;
    case 'yuv444p10le':
      if (sideBySide) packSideBySide(words(dst), shown, integer, premultiplied);
      else packLumaMatte(words(dst), planes.alpha);
      return;
    case 'rgba64be':
      packRgba(words(dst), planes, format);
      swapBytes(words(dst), 4 * planes.alpha.length);
      return;
    case 'rgba64le':
      packRgba(words(dst), planes, format);
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
  planes: Pick<FramePlanes, 'colour' | 'alpha'>,
  format: FrameFormat,
): void {
  const [{ colour, alpha }, { model, tags, depth, height }] = display(planes, format);
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

/** A frame as formats of whole numbers see it. */
function display(
  { colour, alpha }: Pick<FramePlanes, 'colour' | 'alpha'>,
  format: FrameFormat,
): [Pick<FramePlanes, 'colour' | 'alpha'>, IntegerFormat] {
  return [{ colour: displayColour(colour, format), alpha }, displayFormat(format)];
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
