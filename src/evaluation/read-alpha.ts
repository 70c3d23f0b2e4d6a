import sharp from 'sharp';
import { asError, MatteflowError } from '../core/errors.js';

/** Alpha as a file holds it. */
export interface AlphaPlane {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** 0..1, row-major. */
  readonly alpha: Float32Array;
}

/** Decoded samples, interleaved. */
interface Decoded {
  readonly samples: Uint8Array | Uint16Array;
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  /** The value of white. */
  readonly white: number;
}

/** How far a matte's colour channels may lie apart, of white: JPEG keeps grey no more exactly. */
const GREY_TOLERANCE = 8 / 255;

/**
 * Reads a matte of 8 or 16 bits: the alpha channel of a picture that has one and uses it, else its grey.
 *
 * @throws `INPUT_NOT_MEDIA` when it is no picture, or is not there; `INPUT_UNSUPPORTED` when it has colours and no alpha
 */
export async function readAlpha(path: string): Promise<AlphaPlane> {
  const { samples, channels, white, width, height } = await decode(path);
  const transparent = (channels === 2 || channels === 4) && usesAlpha(samples, channels, white);
  if (!transparent && channels >= 3) requireGrey(path, samples, channels, white);
  const alpha = new Float32Array(width * height);
  const from = transparent ? channels - 1 : 0;
  for (let i = 0, at = from; i < alpha.length; i++, at += channels) alpha[i] = samples[at]! / white;
  return { width, height, alpha };
}

async function decode(path: string): Promise<Decoded> {
  try {
    const { depth, space, hasAlpha } = await sharp(path).metadata();
    const wide = depth !== 'uchar';
    // As grey, sharp gives no alpha channel.
    const narrow = space === 'b-w' && !hasAlpha ? 'b-w' : 'srgb';
    const { data, info } = await sharp(path)
      .toColourspace(wide ? 'rgb16' : narrow)
      .raw({ depth: wide ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const samples = wide ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
    return { samples, channels, width, height, white: wide ? 65535 : 255 };
  } catch (cause) {
    throw new MatteflowError('INPUT_NOT_MEDIA', {
      what: 'the matte cannot be read as a picture',
      seen: asError(cause).message,
      expected: 'a grey PNG, or one with an alpha channel',
      subject: path,
      cause,
    });
  }
}

/** A picture saved with an alpha channel that is white throughout keeps its matte in the grey. */
function usesAlpha(samples: Decoded['samples'], channels: number, white: number): boolean {
  for (let at = channels - 1; at < samples.length; at += channels) if (samples[at] !== white) return true;
  return false;
}

function requireGrey(path: string, samples: Decoded['samples'], channels: number, white: number): void {
  const most = GREY_TOLERANCE * white;
  for (let at = 0; at < samples.length; at += channels) {
    const value = samples[at]!;
    const apart = Math.max(Math.abs(samples[at + 1]! - value), Math.abs(samples[at + 2]! - value));
    if (apart <= most) continue;
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'this is a colour picture without transparency, not a matte',
      expected: 'a grey PNG, or one with an alpha channel',
      subject: path,
    });
  }
}
