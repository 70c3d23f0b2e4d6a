import { boxMean } from './box-filter.js';
import { allocateEnvelopeScratch, type EnvelopeScratch } from './lower-envelope.js';
import { squaredDistances } from './morphology.js';
import type { Size } from './picture.js';
import { differenceAlpha, type DifferentRegions } from './plate-alpha.js';
import { allocateColours, spreadColours, type ColourPyramid } from './plate-colours.js';
import { NO_SHADOW, type BoxScratch } from './plate-evidence.js';
import { differentRegions } from './plate-regions.js';
import { TransmissionTest } from './plate-transmission.js';
import { BACKGROUND, FOREGROUND, UNKNOWN } from './trimap.js';
import { allocateWidenScratch, discUnion, type WidenScratch } from './widen.js';

/** What a frame's comparison with the plate has shown. */
export interface PlateEvidence {
  /** The frame, interleaved R′G′B′. */
  readonly rgb: Uint8Array;
  /** The plate as the frame's camera sees it, exposed as the frame is. */
  readonly plate: Float32Array;
  /** 1 where the plate shows the place. */
  readonly covered: Uint8Array;
  /** `plateDistance`. */
  readonly distance: Float32Array;
  /** `markShadows`. */
  readonly shadows: Uint8Array;
}

/** `opaque`: nothing is looked for inside the subject that shines through. */
export type PlateSubject = 'any' | 'opaque';

/** Memory of `drawPlateBand`, for one picture size. */
export interface PlateBandScratch {
  readonly box: BoxScratch;
  readonly distances: EnvelopeScratch;
  readonly widen: WidenScratch;
  readonly fill: { readonly stack: Int32Array; readonly list: Int32Array };
  readonly bytes: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  readonly floats: readonly [Float32Array, Float32Array];
  readonly subject: ColourPyramid;
  /** None where every subject is opaque. */
  readonly transmission: TransmissionTest | undefined;
}

export function allocatePlateBand(size: Size, subject: PlateSubject): PlateBandScratch {
  const pixels = size.width * size.height;
  const bytes = (): Uint8Array => new Uint8Array(pixels);
  const floats = (): Float32Array => new Float32Array(pixels);
  return {
    box: { plane: floats(), column: new Float64Array(size.width) },
    distances: allocateEnvelopeScratch(size),
    widen: allocateWidenScratch(size),
    fill: { stack: new Int32Array(pixels), list: new Int32Array(pixels) },
    bytes: [bytes(), bytes(), bytes(), bytes(), bytes()],
    floats: [floats(), floats()],
    subject: allocateColours(size),
    transmission: subject === 'any' ? new TransmissionTest(size) : undefined,
  };
}

/** Lengths below are pixels of a picture whose shorter side has this many or fewer; larger pictures have longer ones. */
const REFERENCE_SIDE = 360;
/** Pixels from background from where on the subject's colour is taken, and from where on a pixel may have another of its colours. */
const CORE = 3;
/** Mean alpha of 3 × 3 pixels below which they are mixed. */
const MIXED = 0.9;
/** Pixels by which the band reaches into either side at least, and the brush that known regions are painted with. */
const MARGIN = { foreground: 2, background: 3 } as const;
const BRUSH = 3;
/** The band grows by this share of its half width, less what a hard edge's band has, and by no more pixels than … */
const GROWTH = 0.7;
const HARD = 2;
const MOST = 8;

/**
 * A trimap from a frame's comparison with its plate. What differs from the plate and is a mixture of the subject's colour
 * and the plate's is unknown, and so is what cannot be told: shadow-like darkening and what the plate does not cover.
 * Known regions are then painted as a person would, with a margin and a brush that does not reach between strands, and
 * the band is widened where it is wide: where hair thins out there is more of it than the grain lets one see.
 *
 * @param dst - receives 0, 128, 255
 * @returns how much of the unknown region is there for a reason that will not go away by itself: 1 less the share of it that
 *   is doubt
 */
export function drawPlateBand(
  dst: Uint8Array,
  evidence: PlateEvidence,
  size: Size,
  scratch: PlateBandScratch,
): number {
  const { distances } = scratch;
  const [different, sure, background, doubtful, inside] = scratch.bytes;
  const [alpha, plane] = scratch.floats;
  const unit = Math.max(1, Math.min(size.width, size.height) / REFERENCE_SIDE);
  differentRegions(different, evidence.distance, evidence.shadows, size, scratch.fill);
  // Twice: the subject's colour is taken again from where it was first found unmixed.
  const [core, unmixed] = [sure, background];
  findCore(inside, different, evidence.shadows, CORE * unit, size, scratch);
  estimateAlpha(alpha, doubtful, evidence, { different, inside, core: inside }, size, scratch);
  for (let i = 0; i < dst.length; i++) unmixed[i] = different[i] === 1 && alpha[i]! >= MIXED ? 1 : 0;
  findCore(core, unmixed, evidence.shadows, CORE * unit, size, scratch);
  estimateAlpha(alpha, doubtful, evidence, { different, inside, core }, size, scratch);
  const seeThrough = sure;
  if (scratch.transmission)
    scratch.transmission.mark(seeThrough, evidence.rgb, evidence.plate, different, scratch);
  else seeThrough.fill(0);
  for (let i = 0; i < dst.length; i++) {
    const doubt = evidence.covered[i] === 0 || (different[i] === 1 && doubtful[i] === 1);
    sure[i] = different[i] === 1 && !doubt && seeThrough[i] === 0 && alpha[i]! >= MIXED ? 1 : 0;
    background[i] = different[i] === 0 && !doubt ? 1 : 0;
    doubtful[i] = doubt ? 1 : 0;
  }
  paint(sure, MARGIN.foreground * unit, BRUSH * unit, size, distances, plane);
  paint(background, MARGIN.background * unit, BRUSH * unit, size, distances, plane);
  const widened = different;
  widenBand(widened, sure, background, size, unit, scratch);
  let [unknown, doubts] = [0, 0];
  for (let i = 0; i < dst.length; i++) {
    dst[i] =
      widened[i] === 1 ? UNKNOWN : sure[i] === 1 ? FOREGROUND : background[i] === 1 ? BACKGROUND : UNKNOWN;
    if (dst[i] !== UNKNOWN) continue;
    unknown += 1;
    doubts += doubtful[i]!;
  }
  return unknown === 0 ? 1 : 1 - doubts / unknown;
}

/** What of a region is `depth` pixels or more from its edge and does not look like a shadow. */
function findCore(
  dst: Uint8Array,
  region: Uint8Array,
  shadows: Uint8Array,
  depth: number,
  size: Size,
  { distances, floats: [, plane] }: PlateBandScratch,
): void {
  squaredDistances(plane, region, size, 0, distances);
  for (let i = 0; i < dst.length; i++) {
    dst[i] = plane[i]! >= depth * depth && shadows[i] === NO_SHADOW ? 1 : 0;
  }
}

/**
 * Alpha, averaged over 3 × 3 pixels.
 *
 * @param doubtful - receives 1 where alpha means nothing
 * @param regions - `core` is where the subject's colour is taken
 */
function estimateAlpha(
  alpha: Float32Array,
  doubtful: Uint8Array,
  { rgb, plate, shadows }: PlateEvidence,
  { core, ...regions }: DifferentRegions & { readonly core: Uint8Array },
  size: Size,
  { box, subject }: PlateBandScratch,
): void {
  spreadColours(subject, rgb, core, size);
  differenceAlpha(alpha, doubtful, rgb, regions, plate, subject, size);
  for (let i = 0; i < doubtful.length; i++) {
    doubtful[i] = doubtful[i] === 0 || shadows[i] !== NO_SHADOW ? 1 : 0;
  }
  boxMean(alpha, alpha, box.plane, box.column, size, 1);
}

/** A region as it is painted, in place: shrunk by the margin, then only what a round brush reaches. */
function paint(
  region: Uint8Array,
  margin: number,
  brush: number,
  size: Size,
  distances: EnvelopeScratch,
  plane: Float32Array,
): void {
  squaredDistances(plane, region, size, 0, distances);
  for (let i = 0; i < region.length; i++) region[i] = plane[i]! > (margin + brush) ** 2 ? 1 : 0;
  squaredDistances(plane, region, size, 1, distances);
  for (let i = 0; i < region.length; i++) region[i] = plane[i]! <= brush * brush ? 1 : 0;
}

/** Every pixel of the band as the middle of a disc that reaches its edge, and beyond it the more the larger it is. */
function widenBand(
  dst: Uint8Array,
  foreground: Uint8Array,
  background: Uint8Array,
  size: Size,
  unit: number,
  { distances, widen, floats: [radius] }: PlateBandScratch,
): void {
  for (let i = 0; i < dst.length; i++) dst[i] = foreground[i]! | background[i]!;
  squaredDistances(radius, dst, size, 1, distances);
  for (let i = 0; i < dst.length; i++) {
    const half = Math.sqrt(radius[i]!);
    const growth = Math.min(MOST * unit, GROWTH * (half - HARD * unit));
    radius[i] = dst[i] === 1 || growth <= 0 ? -1 : half + growth;
  }
  discUnion(dst, radius, size, widen);
}
