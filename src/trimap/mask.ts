import sharp from 'sharp';
import { MatteflowError } from '../core/errors.js';
import { allocateEnvelopeScratch } from './lower-envelope.js';
import { squaredDistances } from './morphology.js';
import type { Size } from './picture.js';
import { BACKGROUND, FOREGROUND, UNKNOWN } from './trimap.js';

/** A segmentation tool's mask. */
export interface Mask {
  /** Grey, 0..255: how sure the tool is that a pixel is the subject. */
  readonly mask: Uint8Array;
  readonly size: Size;
}

/** How far the unknown band reaches beyond a mask's edge, pixels. */
export interface BandReach {
  /** Into the subject. */
  readonly erode: number;
  /** Into the background. */
  readonly dilate: number;
}

/** Below, a mask says background; from here up to `SUBJECT`, it does not know. A tenth of its range. */
const DOUBT = 26;
/** From here up it says subject. Nine tenths. */
const SUBJECT = 230;
/** A mask whose brightest pixel is darker was not meant as 0 to 255. */
const TOO_DARK = 128;
/** Shapes that differ by less than this share are one: a tool that rounds to multiples of 8 or 16 pixels. */
const ONE_SHAPE = 0.03;

/**
 * Reads a mask from any picture sharp can. One of another size but the frame's shape is scaled to it, smoothly.
 *
 * @param wanted - the frame's size; without it the mask keeps its own
 * @throws `TRIMAP_INVALID` when the file is not a picture, or its values are not of 0 to 255; `TRIMAP_SIZE` for another shape
 */
export async function readMask(path: string, wanted?: Size): Promise<Mask> {
  const { width, height } = await checkMaskShape(path, wanted);
  const size = wanted ?? { width, height };
  const scaled = width !== size.width || height !== size.height;
  try {
    const grey = sharp(path).removeAlpha().toColourspace('b-w').extractChannel(0);
    const mask = await (
      scaled ? grey.resize(size.width, size.height, { fit: 'fill', kernel: 'linear' }) : grey
    )
      .raw({ depth: 'uchar' })
      .toBuffer();
    requireRange(mask, path);
    return { mask, size };
  } catch (cause) {
    throw cause instanceof MatteflowError ? cause : notPicture(path, cause);
  }
}

/**
 * Reads a mask's header only. @returns its own size
 * @throws as `readMask`
 */
export async function checkMaskShape(path: string, wanted?: Size): Promise<Size> {
  const { width, height } = await sharp(path)
    .metadata()
    .catch((cause: unknown) => {
      throw notPicture(path, cause);
    });
  if (wanted) requireShape({ width, height }, wanted, path);
  return { width, height };
}

/**
 * Whether a picture can be scaled to a frame's size without distorting it.
 *
 * @throws `TRIMAP_SIZE`
 */
export function requireShape({ width, height }: Size, wanted: Size, path: string): void {
  if (Math.abs((width * wanted.height) / (height * wanted.width) - 1) <= ONE_SHAPE) return;
  throw new MatteflowError('TRIMAP_SIZE', {
    what: 'it does not have the shape of the picture it is for',
    seen: `${width} × ${height}`,
    expected: `${wanted.width} × ${wanted.height}, or that larger or smaller as a whole`,
    remedy: 'Make it from frames of this clip, uncropped',
    subject: path,
  });
}

/**
 * A trimap from a mask, hard or soft: foreground where every pixel within `erode` is at least 230, background where every
 * pixel within `dilate` is below 26, unknown between. What a soft mask itself is unsure of is so always unknown.
 *
 * @param dst - 0, 128, 255
 * @param mask - 0..255
 * @param reach - pixels, 0 or more; a disc of radius r holds the pixels whose centres are at most r away
 */
export function maskTrimap(dst: Uint8Array, mask: Uint8Array, size: Size, reach: BandReach): void {
  const scratch = allocateEnvelopeScratch(size);
  const distances = new Float32Array(mask.length);
  const side = new Uint8Array(mask.length);
  for (let i = 0; i < side.length; i++) side[i] = mask[i]! >= DOUBT ? 1 : 0;
  squaredDistances(distances, side, size, 1, scratch);
  for (let i = 0; i < dst.length; i++) dst[i] = distances[i]! <= reach.dilate ** 2 ? UNKNOWN : BACKGROUND;
  for (let i = 0; i < side.length; i++) side[i] = mask[i]! < SUBJECT ? 1 : 0;
  squaredDistances(distances, side, size, 1, scratch);
  for (let i = 0; i < dst.length; i++) if (distances[i]! > reach.erode ** 2) dst[i] = FOREGROUND;
}

/** Widens a trimap's band into either side, in place. */
export function widenTrimap(trimap: Uint8Array, size: Size, reach: BandReach): void {
  if (reach.erode === 0 && reach.dilate === 0) return;
  maskTrimap(trimap, trimap.slice(), size, reach);
}

/**
 * An all black mask is one of a frame without the subject; one that is merely dark holds labels or shares.
 *
 * @throws `TRIMAP_INVALID`
 */
export function requireRange(mask: Uint8Array, path: string): void {
  let brightest = 0;
  for (const value of mask) if (value > brightest) brightest = value;
  if (brightest === 0 || brightest >= TOO_DARK) return;
  throw new MatteflowError('TRIMAP_INVALID', {
    what: 'the mask has no subject in it, yet is not black',
    seen: `values up to ${brightest}`,
    expected: '255 for the subject, 0 for the background',
    remedy: 'Write it with values from 0 to 255, not labels (0, 1, …)',
    subject: path,
  });
}

function notPicture(path: string, cause: unknown): MatteflowError {
  return new MatteflowError('TRIMAP_INVALID', {
    what: 'the mask cannot be read as a picture',
    expected: 'a PNG: white subject, black background',
    subject: path,
    cause,
  });
}
