import type { ColourTags } from './colour.js';
import type { FrameFormat } from './frame.js';

/** From a signal, nominally 0..1, to light relative to a reference white of 1, or back. */
type Curve = (value: number) => number;

/** ITU-R BT.709-6 §1.2, with the constants to more places (BT.2020-2 table 4 leaves them to the designer). */
const ALPHA = 1.09929682680944;
const BETA = 0.018053968510807;

/** SMPTE ST 2084. */
const PQ = { m1: 2610 / 16384, m2: 2523 / 32, c1: 3424 / 4096, c2: 2413 / 128, c3: 2392 / 128 } as const;

/** ARIB STD-B67. */
const HLG = { a: 0.17883277, b: 0.28466892, c: 0.55991073 } as const;

/** Light of a white sheet: 203 cd/m² in PQ, a signal of 0.75 in HLG (ITU-R BT.2408-7 §2.1). */
const PQ_WHITE = 203 / 10_000;
const HLG_WHITE = (Math.exp((0.75 - HLG.c) / HLG.a) + HLG.b) / 12;

const CURVES: Readonly<Record<string, Curve>> = {
  bt709: mirrored((v) => (v < 4.5 * BETA ? v / 4.5 : ((v + ALPHA - 1) / ALPHA) ** (1 / 0.45))),
  'iec61966-2-1': mirrored((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)),
  linear: (v) => v,
  bt470m: mirrored((v) => v ** 2.2),
  bt470bg: mirrored((v) => v ** 2.8),
  smpte240m: mirrored((v) => (v < 4 * 0.0228 ? v / 4 : ((v + 0.1115) / 1.1115) ** (1 / 0.45))),
  // DCI: 48 cd/m² of 52.37.
  smpte428: mirrored((v) => (v ** 2.6 * 52.37) / 48),
  log100: (v) => 10 ** (2 * (v - 1)),
  log316: (v) => 10 ** (2.5 * (v - 1)),
  smpte2084: (v) => {
    const root = clip(v) ** (1 / PQ.m2);
    return (Math.max(root - PQ.c1, 0) / (PQ.c2 - PQ.c3 * root)) ** (1 / PQ.m1) / PQ_WHITE;
  },
  'arib-std-b67': mirrored(
    (v) => (v <= 0.5 ? v ** 2 / 3 : (Math.exp((v - HLG.c) / HLG.a) + HLG.b) / 12) / HLG_WHITE,
  ),
};

/** Transfers that are BT.709's, whatever else sets them apart. */
const LIKE_BT709: ReadonlySet<string> = new Set([
  ...['smpte170m', 'bt2020-10', 'bt2020-12', 'iec61966-2-4', 'bt1361e'],
]);

/**
 * Light of a signal. Values beyond 0..1 go on along the curve, negative ones mirrored, where it has a way on: PQ ends at
 * its peak. An untagged signal is taken for BT.709's in Y′CbCr and for sRGB's in R′G′B′, as is a tag that is not known.
 */
export function linearOf({ model, tags }: Pick<FrameFormat, 'model' | 'tags'>): Curve {
  const { transfer = '' } = tags;
  const name = LIKE_BT709.has(transfer) ? 'bt709' : transfer;
  return CURVES[name] ?? CURVES[model === 'yuv' ? 'bt709' : 'iec61966-2-1']!;
}

/** sRGB's signal for light (IEC 61966-2-1), not clipped. */
export const srgbOf: Curve = mirrored((v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055));

/**
 * How float frames look in formats of whole numbers: as sRGB of 16 bits. Other frames as they are.
 *
 * @returns the tags that say so; primaries are the source's, or sRGB's where it does not say
 */
export function displayTags({ primaries = 'bt709' }: ColourTags): ColourTags {
  return { primaries, transfer: 'iec61966-2-1', range: 'pc' };
}

/** The curve for negative values too: odd. */
function mirrored(curve: Curve): Curve {
  return (value) => (value < 0 ? -curve(-value) : curve(value));
}

function clip(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
