import sharp from 'sharp';
import { MatteflowError } from '../core/errors.js';
import type { Size } from './picture.js';

/** A segmentation tool's mask. */
export interface Mask {
  /** Grey, 0..255; the subject from 128 up. */
  readonly mask: Uint8Array;
  readonly size: Size;
}

/**
 * Reads a mask from any picture sharp can.
 *
 * @throws `TRIMAP_INVALID` when the file is not a picture
 */
export async function readMask(path: string): Promise<Mask> {
  try {
    const { data, info } = await sharp(path)
      .removeAlpha()
      .toColourspace('b-w')
      .extractChannel(0)
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return {
      mask: data,
      size: { width: info.width, height: info.height },
    };
  } catch (cause) {
    throw new MatteflowError('TRIMAP_INVALID', {
      what: 'the mask cannot be read as a picture',
      expected: 'a PNG: white subject, black background',
      subject: path,
      cause,
    });
  }
}
