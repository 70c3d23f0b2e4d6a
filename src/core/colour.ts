/**
 * How a frame's numbers map to light, as tags in ffmpeg's own spelling ("bt709", "smpte2084", …).
 * An absent tag means the source does not say; it stays absent in the output.
 */
export interface ColourTags {
  readonly primaries?: string;
  readonly transfer?: string;
  readonly matrix?: string;
  readonly range?: 'tv' | 'pc';
}

/** `yuv`: planes are Y′, Cb, Cr. `rgb`: planes are R′, G′, B′. Always 4:4:4. */
export type ColourModel = 'yuv' | 'rgb';

/** Bits a sample: 8 is stored in Uint8Array, the others in Uint16Array. */
export type BitDepth = 8 | 10 | 12 | 16;

/** How a frame stores a sample. `float`: Float32Array of scene-linear light, 1 for a white sheet, not limited to 0..1. */
export type SampleDepth = BitDepth | 'float';

/** What a sample of full-range white is: the greatest code, or 1 in float. */
export function peakOf(depth: SampleDepth): number {
  return depth === 'float' ? 1 : 2 ** depth - 1;
}

/** Luma weights of red and blue (ITU-R BT.601, BT.709, BT.2020; SMPTE ST 240). */
const LUMA_WEIGHTS: Readonly<Record<string, readonly [number, number]>> = {
  bt709: [0.2126, 0.0722],
  bt470bg: [0.299, 0.114],
  smpte170m: [0.299, 0.114],
  smpte240m: [0.212, 0.087],
  fcc: [0.3, 0.11],
  bt2020nc: [0.2627, 0.0593],
  bt2020c: [0.2627, 0.0593],
};

/**
 * An affine map from stored samples to R′G′B′ in 0..1:
 * `r = y·scaleY + cr·redCr + offsets[0]` and so on. One multiply-add chain a channel serves every range and depth.
 */
export interface RgbConversion {
  readonly scaleY: number;
  readonly redCr: number;
  readonly greenCb: number;
  readonly greenCr: number;
  readonly blueCb: number;
  readonly offsets: readonly [number, number, number];
}

/** The matrix a picture of this many lines is read with: the tagged one if it is known here, else what players assume. */
export function matrixOf({ matrix = '' }: ColourTags, height: number): string {
  return Object.hasOwn(LUMA_WEIGHTS, matrix) ? matrix : height >= 720 ? 'bt709' : 'smpte170m';
}

/**
 * The map from Y′CbCr samples of `depth` bits to R′G′B′ 0..1 (ITU-R BT.709-6 §3, BT.2100 table 9).
 * An untagged matrix is BT.709 from 720 lines up and BT.601 below, as players assume;
 * an untagged range is limited.
 */
export function rgbConversion(tags: ColourTags, depth: BitDepth, height: number): RgbConversion {
  const [kr, kb] = LUMA_WEIGHTS[matrixOf(tags, height)]!;
  const kg = 1 - kr - kb;
  const full = tags.range === 'pc';
  const unit = 2 ** (depth - 8);
  const peak = 2 ** depth - 1;
  const scaleY = full ? 1 / peak : 1 / (219 * unit);
  const scaleC = full ? 1 / peak : 1 / (224 * unit);
  const black = full ? 0 : 16 * unit * scaleY;
  const zero = 128 * unit;
  const redCr = 2 * (1 - kr) * scaleC;
  const blueCb = 2 * (1 - kb) * scaleC;
  const greenCb = -((2 * kb * (1 - kb)) / kg) * scaleC;
  const greenCr = -((2 * kr * (1 - kr)) / kg) * scaleC;
  return {
    scaleY,
    redCr,
    greenCb,
    greenCr,
    blueCb,
    offsets: [-black - redCr * zero, -black - (greenCb + greenCr) * zero, -black - blueCb * zero],
  };
}
