import { allocateEnvelopeScratch, type EnvelopeScratch } from './lower-envelope.js';
import { squaredDistances } from './morphology.js';
import { halfSize, type Size } from './picture.js';

/** A pixel is inside a soft area from this likelihood on. */
export const IN_SOFT_AREA = 0.5;
/** Two soft areas joined may be this much larger than the keyframes painted them. */
const ALLOWANCE = 1.1;

/** Scratch of `joinSoftAreas`, for one picture size; planes of half that size. */
export interface JoinScratch {
  readonly subject: Uint8Array;
  readonly toSubject: Float32Array;
  /** Pixels by their distance, a pixel a step; what is farther than any is counted with the last. */
  readonly counts: Uint32Array;
  readonly distances: EnvelopeScratch;
}

export function allocateJoinScratch(size: Size): JoinScratch {
  const half = halfSize(size);
  const pixels = half.width * half.height;
  return {
    subject: new Uint8Array(pixels),
    toSubject: new Float32Array(pixels),
    counts: new Uint32Array(half.width + half.height + 1),
    distances: allocateEnvelopeScratch(half),
  };
}

/** Pixels inside. */
export function softPixels(softArea: Float32Array): number {
  let count = 0;
  for (const likelihood of softArea) if (likelihood > IN_SOFT_AREA) count += 1;
  return count;
}

/**
 * Joins the soft areas that two keyframes' messages carried to one frame. Each is a little off, so that both together cover
 * more than was ever painted; of that, what is nearest to the subject is kept, about as many pixels as were painted.
 *
 * @param dst - one of them, 0..1, at half `size`; receives both
 * @param other - the other one
 * @param probability - of foreground, 0..1, at `size`
 * @param painted - pixels of the keyframes' own soft areas, at half `size`
 * @returns how many pixels were given up
 */
export function joinSoftAreas(
  dst: Float32Array,
  other: Float32Array,
  probability: Float32Array,
  size: Size,
  { painted, scratch }: { readonly painted: number; readonly scratch: JoinScratch },
): number {
  const { subject, toSubject, counts, distances } = scratch;
  for (let i = 0; i < dst.length; i++) if (other[i]! > dst[i]!) dst[i] = other[i]!;
  const most = ALLOWANCE * painted;
  const covered = softPixels(dst);
  if (covered <= most) return 0;
  const half = halfSize(size);
  for (let y = 0, i = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++, i++)
      subject[i] = probability[2 * (y * size.width + x)]! > 0.5 ? 1 : 0;
  }
  squaredDistances(toSubject, subject, half, 1, distances);
  counts.fill(0);
  const last = counts.length - 1;
  for (let i = 0; i < dst.length; i++) {
    if (dst[i]! > IN_SOFT_AREA) counts[Math.min(last, Math.ceil(Math.sqrt(toSubject[i]!)))]! += 1;
  }
  let reach = 0;
  let kept = counts[0]!;
  for (; kept < most && reach < last; kept += counts[reach]!) reach += 1;
  // A veil may hide all of its subject: then nothing is far from it.
  if (reach === last) return 0;
  for (let i = 0; i < dst.length; i++) if (toSubject[i]! > reach * reach) dst[i] = 0;
  return covered - kept;
}
