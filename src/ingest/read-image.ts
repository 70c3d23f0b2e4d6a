import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { asError, MatteflowError } from '../core/errors.js';
import type { FrameFormat, FramePlanes, IntegerFormat, Samples } from '../core/frame.js';

/** A picture's pixels, not yet in a frame. */
export interface ImagePixels {
  readonly format: FrameFormat;
  /** The three colours of the format interleaved, at its depth. */
  readonly samples: Samples;
}

/** Those of a picture file: R′G′B′ of whole numbers. */
export interface Image extends ImagePixels {
  readonly format: IntegerFormat;
  readonly samples: Uint8Array | Uint16Array;
}

/**
 * Reads one picture, upright, as R′G′B′: 16 bits a sample where the file has more than 8, else 8. Alpha is dropped.
 *
 * @throws `INPUT_MISSING` when there is no such file; `INPUT_NOT_MEDIA` when it is no picture
 */
export async function readImage(path: string): Promise<Image> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the image cannot be opened',
      seen: asError(cause).message,
      subject: path,
      cause,
    });
  });
  try {
    return await decode(file);
  } catch (cause) {
    throw new MatteflowError('INPUT_NOT_MEDIA', {
      what: 'the file cannot be read as an image',
      seen: asError(cause).message,
      expected: 'PNG, JPEG, TIFF or WebP',
      subject: path,
      cause,
    });
  }
}

async function decode(file: Buffer): Promise<Image> {
  const stored = await sharp(file).metadata();
  const deep = stored.depth !== 'uchar';
  const { data, info } = await sharp(file)
    .autoOrient()
    .removeAlpha()
    .toColourspace(deep ? 'rgb16' : 'srgb')
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return {
    format: {
      width: info.width,
      height: info.height,
      model: 'rgb',
      depth: deep ? 16 : 8,
      tags: { range: 'pc' },
      sampleAspect: { num: 1, den: 1 },
    },
    samples: deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data,
  };
}

/** Splits an image into a frame's colour planes. */
export function fillColour(
  { colour }: Pick<FramePlanes, 'colour'>,
  { samples }: Pick<ImagePixels, 'samples'>,
): void {
  const [red, green, blue] = colour;
  for (let i = 0, at = 0; i < red.length; i++, at += 3) {
    red[i] = samples[at]!;
    green[i] = samples[at + 1]!;
    blue[i] = samples[at + 2]!;
  }
}
