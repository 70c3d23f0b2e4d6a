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

/**
 * Reads a matte of 8 or 16 bits: the alpha channel of a picture that has one and uses it, else its grey.
 * In a colour picture without transparency the first channel is the matte.
 *
 * @throws `INPUT_NOT_MEDIA` when it is no picture, or is not there
 */
export async function readAlpha(path: string): Promise<AlphaPlane> {
  try {
    const { depth, space, hasAlpha } = await sharp(path).metadata();
    const wide = depth !== 'uchar';
    // As grey, sharp gives no alpha channel.
    const narrow = space === 'b-w' && !hasAlpha ? 'b-w' : 'srgb';
    const { data, info } = await sharp(path)
      .toColourspace(wide ? 'rgb16' : narrow)
      .raw({ depth: wide ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const samples = wide ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
    const { width, height } = info;
    return { width, height, alpha: alphaOf(samples, info.channels, wide ? 65535 : 255) };
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

function alphaOf(samples: Uint8Array | Uint16Array, channels: number, white: number): Float32Array {
  const last = channels - 1;
  const transparent = channels === 2 || channels === 4 ? usesAlpha(samples, channels, white) : false;
  const from = transparent ? last : 0;
  const alpha = new Float32Array(samples.length / channels);
  for (let i = 0, at = from; i < alpha.length; i++, at += channels) alpha[i] = samples[at]! / white;
  return alpha;
}

/** A picture saved with an alpha channel that is white throughout keeps its matte in the grey. */
function usesAlpha(samples: Uint8Array | Uint16Array, channels: number, white: number): boolean {
  for (let at = channels - 1; at < samples.length; at += channels) if (samples[at] !== white) return true;
  return false;
}
