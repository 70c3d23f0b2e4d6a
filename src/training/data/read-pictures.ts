import sharp, { type Sharp } from 'sharp';
import { asError, MatteflowError } from '../../core/errors.js';
import type { Background, Foreground } from '../foreground.js';
import { nameOf, type ForegroundFile } from './material.js';

/** Larger pictures are reduced to this many pixels along their longer side: crops are never that large. */
const LONGEST = 2048;

/**
 * Reads a cut-out, straight, upright.
 *
 * @param longest - pixels; larger pictures are reduced to it
 * @throws `INPUT_DAMAGED`
 */
export async function readForeground(file: ForegroundFile, longest: number = LONGEST): Promise<Foreground> {
  const { name, colour, alpha } = file;
  if (alpha === undefined) {
    const { data, info } = await decode(colour, longest, (picture) => picture.ensureAlpha());
    return { name, width: info.width, height: info.height, rgba: data };
  }
  const rgb = await decode(colour, longest, (picture) => picture.removeAlpha());
  const grey = await decode(alpha, longest, (picture) => picture.removeAlpha());
  const { width, height } = rgb.info;
  const rgba = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    rgba.set(rgb.data.subarray(3 * i, 3 * i + 3), 4 * i);
    rgba[4 * i + 3] = grey.data[3 * i]!;
  }
  return { name, width, height, rgba };
}

/**
 * Reads a picture to put subjects over; its alpha, if any, is dropped.
 *
 * @throws `INPUT_DAMAGED`
 */
export async function readBackground(path: string, longest: number = LONGEST): Promise<Background> {
  const { data, info } = await decode(path, longest, (picture) => picture.removeAlpha());
  return { name: nameOf(path), width: info.width, height: info.height, rgb: data };
}

async function decode(
  path: string,
  longest: number,
  channels: (picture: Sharp) => Sharp,
): Promise<{ data: Uint8Array; info: { width: number; height: number } }> {
  try {
    const picture = sharp(path, { failOn: 'truncated' }).autoOrient();
    return await channels(picture.resize(longest, longest, { fit: 'inside', withoutEnlargement: true }))
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
  } catch (cause) {
    throw new MatteflowError('INPUT_DAMAGED', {
      what: 'the picture cannot be decoded',
      seen: asError(cause).message,
      subject: path,
      cause,
    });
  }
}
