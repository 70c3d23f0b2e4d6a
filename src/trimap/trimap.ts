import { randomUUID } from 'node:crypto';
import { access, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Metadata } from 'sharp';
import { MatteflowError } from '../core/errors.js';
import type { Size } from './picture.js';

/** Loaded by whoever first reads or writes a picture: a tenth of a second that threads which only count are spared. */
const loadSharp = async (): Promise<typeof import('sharp').default> => (await import('sharp')).default;

/** The three values of a trimap. Whatever else a file holds is unknown. */
export const BACKGROUND = 0;
export const UNKNOWN = 128;
export const FOREGROUND = 255;

/**
 * Reads a trimap from any picture sharp can: black is background, the format's white is foreground,
 * everything else unknown. A colour picture's pixel is black or white when all its channels are; an alpha
 * channel is ignored.
 *
 * @returns `width × height` bytes of 0, 128, 255
 * @throws MatteflowError `TRIMAP_MISSING`, `TRIMAP_INVALID` (not a picture), `TRIMAP_SIZE`
 */
export async function readTrimap(path: string, size: Size): Promise<Uint8Array> {
  const { depth, space } = await readHeader(path, size);
  const sharp = await loadSharp();
  // 16 bits stay 16, so that 65534 is not taken for white; grey stays grey, a third of the samples.
  const wide = depth === 'ushort';
  const picture = wide
    ? sharp(path).toColourspace('rgb16').raw({ depth: 'ushort' })
    : sharp(path)
        .toColourspace(space === 'b-w' ? 'b-w' : 'srgb')
        .raw({ depth: 'uchar' });
  try {
    const { data, info } = await picture.toBuffer({ resolveWithObject: true });
    if (info.channels === 1 && !wide) return classifyGrey(data);
    const samples = wide ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data;
    const trimap = new Uint8Array(size.width * size.height);
    const colours = info.channels === 2 || info.channels === 4 ? info.channels - 1 : info.channels;
    classify(trimap, samples, info.channels, colours, wide ? 65535 : 255);
    return trimap;
  } catch (cause) {
    throw invalid(path, cause);
  }
}

/**
 * Throws `TRIMAP_MISSING`, `TRIMAP_INVALID` or `TRIMAP_SIZE` unless the file is a picture of that size; reads
 * its header only.
 */
export async function checkTrimapSize(path: string, size: Size): Promise<void> {
  await readHeader(path, size);
}

async function readHeader(path: string, { width, height }: Size): Promise<Metadata> {
  await access(path).catch((cause: unknown) => {
    throw new MatteflowError('TRIMAP_MISSING', { what: 'the trimap cannot be opened', subject: path, cause });
  });
  const sharp = await loadSharp();
  const seen = await sharp(path)
    .metadata()
    .catch((cause: unknown) => {
      throw invalid(path, cause);
    });
  if (seen.width === width && seen.height === height) return seen;
  throw new MatteflowError('TRIMAP_SIZE', {
    what: 'the trimap does not have the size of the picture',
    seen: `${seen.width} × ${seen.height}`,
    expected: `${width} × ${height}`,
    remedy: 'Paint it over a frame of this clip',
    subject: path,
  });
}

/**
 * Writes a trimap as an 8-bit grey PNG. The file appears complete or not at all, and replaces an older one.
 *
 * @throws MatteflowError `OUTPUT_UNWRITABLE`
 */
export async function writeTrimap(path: string, trimap: Uint8Array, { width, height }: Size): Promise<void> {
  const sharp = await loadSharp();
  const partial = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await sharp(trimap, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png({ compressionLevel: 6 })
      .toFile(partial);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    throw new MatteflowError('OUTPUT_UNWRITABLE', { what: 'cannot write the trimap', subject: path, cause });
  }
}

/** Pixels that are neither sure foreground nor sure background. */
export function unknownCount(trimap: Uint8Array): number {
  let count = 0;
  // eslint-disable-next-line @typescript-eslint/prefer-for-of -- iterating over millions of values costs several times as much
  for (let at = 0; at < trimap.length; at += 1) {
    if (trimap[at] !== BACKGROUND && trimap[at] !== FOREGROUND) count += 1;
  }
  return count;
}

/** The error of trimaps that leave nothing to matte. */
export function allKnownError(subject: string): MatteflowError {
  return new MatteflowError('TRIMAP_ALL_KNOWN', {
    what: 'no trimap has a pixel of unknown alpha, so there is nothing to matte',
    seen: 'black and white only',
    expected: 'a grey band (128) where the subject is soft',
    remedy: 'Paint the band, or make it from masks: matteflow trimap from-mask',
    subject,
  });
}

/** A rectangle of pixels; `right` and `bottom` are one past the last. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The smallest rectangle that holds every unknown pixel; undefined when there is none. */
export function unknownBounds(trimap: Uint8Array, { width, height }: Size): Bounds | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const value = trimap[i]!;
      if (value === BACKGROUND || value === FOREGROUND) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      bottom = y + 1;
    }
  }
  return bottom === 0 ? undefined : { left, top, right, bottom };
}

/** Four pixels of one value, which most of a trimap is made of. */
const FOUR_BACKGROUND = 0;
const FOUR_FOREGROUND = 0xffffffff;
const FOUR_UNKNOWN = 0x80808080;

/** In place, in the memory that sharp has decoded to. */
function classifyGrey({ buffer, byteOffset, byteLength }: Buffer<ArrayBuffer>): Uint8Array {
  const own = new Uint8Array(buffer, byteOffset, byteLength);
  const aligned = byteOffset % 4 === 0 ? own : own.slice();
  const fours = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
  const count = fours.length;
  for (let i = 0; i < count; i++) {
    const four = fours[i]!;
    if (four === FOUR_BACKGROUND || four === FOUR_FOREGROUND || four === FOUR_UNKNOWN) continue;
    classifySpan(aligned, 4 * i, 4 * i + 4);
  }
  classifySpan(aligned, 4 * count, aligned.length);
  return aligned;
}

function classifySpan(trimap: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const value = trimap[at]!;
    if (value !== BACKGROUND && value !== FOREGROUND) trimap[at] = UNKNOWN;
  }
}

function classify(
  dst: Uint8Array,
  samples: Uint8Array | Uint16Array,
  channels: number,
  colours: number,
  white: number,
): void {
  for (let i = 0, at = 0; i < dst.length; i++, at += channels) {
    const value = samples[at]!;
    let same = value === 0 || value === white;
    for (let c = 1; c < colours; c++) same &&= samples[at + c] === value;
    dst[i] = same ? (value === 0 ? BACKGROUND : FOREGROUND) : UNKNOWN;
  }
}

function invalid(path: string, cause: unknown): MatteflowError {
  return new MatteflowError('TRIMAP_INVALID', {
    what: 'the trimap cannot be read as a picture',
    expected: 'a grey PNG: black background, white foreground, grey where unsure',
    subject: path,
    cause,
  });
}
