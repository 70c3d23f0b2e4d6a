import { rgbConversion, type BitDepth, type ColourTags } from '../core/colour.js';
import type { FrameFormat, IntegerFormat } from '../core/frame.js';

/**
 * The tags of a Y′CbCr encoding of these frames. What the source does not say stays unsaid.
 *
 * Full range becomes limited: neither the `nclc` atom nor the ProRes frame header has a place to say "full", so
 * readers would stretch it. R′G′B′ gets the matrix of its primaries, BT.709's unless they are BT.2020's.
 */
export function encodedTags({ model, tags }: FrameFormat): ColourTags {
  if (model === 'yuv') return tags.range === 'pc' ? { ...tags, range: 'tv' } : tags;
  const { primaries, transfer } = tags;
  return {
    ...(primaries !== undefined && { primaries }),
    ...(transfer !== undefined && { transfer }),
    matrix: rgbMatrix(tags),
    range: 'tv',
  };
}

/** Options of the scale filter: 4:2:0 chroma between rows, above luma's columns, as H.264, HEVC and VP9 readers expect. */
export const LEFT_SITED = 'out_h_chr_pos=0:out_v_chr_pos=128';

/** The filter that writes tags into each frame; encoders copy them into the frame headers. */
export function tagFilter({ primaries, transfer, matrix, range }: ColourTags): string {
  const unsaid = 'unknown';
  return (
    `setparams=range=${range ?? unsaid}:color_primaries=${primaries ?? unsaid}` +
    `:color_trc=${transfer ?? unsaid}:colorspace=${matrix ?? unsaid}`
  );
}

/** The transfers that ffmpeg's options call otherwise than its filters and ffprobe do. */
const OPTION_TRANSFER: Readonly<Record<string, string>> = { bt470m: 'gamma22', bt470bg: 'gamma28' };

/** The options that write the same tags into the container. */
export function tagOptions({ primaries, transfer, matrix, range }: ColourTags): string[] {
  return [
    ...(primaries === undefined ? [] : ['-color_primaries', primaries]),
    ...(transfer === undefined ? [] : ['-color_trc', OPTION_TRANSFER[transfer] ?? transfer]),
    ...(matrix === undefined ? [] : ['-colorspace', matrix]),
    ...(range === undefined ? [] : ['-color_range', range]),
  ];
}

/**
 * An affine map from stored samples (y, cb, cr or r, g, b) to limited-range Y′CbCr samples of another depth:
 * `out[c] = rows[c] · in + offsets[c]`, to be rounded.
 */
export interface YuvEncoding {
  readonly rows: readonly (readonly [number, number, number])[];
  /** [luma, chroma, chroma]. */
  readonly offsets: readonly [number, number, number];
}

/** How a frame's samples become limited-range Y′CbCr of `depth` bits. Exact (a power of two) from limited range. */
export function yuvEncoding(format: IntegerFormat, depth: BitDepth): YuvEncoding {
  return format.model === 'rgb' ? fromRgb(format, depth) : fromYuv(format, depth);
}

function fromYuv({ tags, depth: from }: IntegerFormat, depth: BitDepth): YuvEncoding {
  const unit = 2 ** (depth - 8);
  const peak = 2 ** from - 1;
  const full = tags.range === 'pc';
  const luma = full ? (219 * unit) / peak : 2 ** (depth - from);
  const chroma = full ? (224 * unit) / peak : luma;
  const black = full ? 16 * unit : 0;
  const zero = 128 * unit - 128 * 2 ** (from - 8) * chroma;
  return {
    rows: [
      [luma, 0, 0],
      [0, chroma, 0],
      [0, 0, chroma],
    ],
    offsets: [black, zero, zero],
  };
}

/** ITU-R BT.709-6 §3: Y′ = kr·R′ + kg·G′ + kb·B′, Cb = (B′ − Y′) / (2 − 2kb), Cr = (R′ − Y′) / (2 − 2kr). */
function fromRgb({ tags, depth: from, height }: IntegerFormat, depth: BitDepth): YuvEncoding {
  const unit = 2 ** (depth - 8);
  // Full-range eight-bit chroma is scaled by 1/255, which leaves the weights bare: redCr = 2 (1 − kr) / 255.
  const { redCr, blueCb } = rgbConversion({ matrix: rgbMatrix(tags), range: 'pc' }, 8, height);
  const kr = 1 - (redCr * 255) / 2;
  const kb = 1 - (blueCb * 255) / 2;
  const kg = 1 - kr - kb;
  const peak = 2 ** from - 1;
  const y = (219 * unit) / peak;
  const cb = (224 * unit) / peak / (2 - 2 * kb);
  const cr = (224 * unit) / peak / (2 - 2 * kr);
  return {
    rows: [
      [kr * y, kg * y, kb * y],
      [-kr * cb, -kg * cb, (1 - kb) * cb],
      [(1 - kr) * cr, -kg * cr, -kb * cr],
    ],
    offsets: [16 * unit, 128 * unit, 128 * unit],
  };
}

function rgbMatrix(tags: ColourTags): string {
  return tags.primaries === 'bt2020' ? 'bt2020nc' : 'bt709';
}
