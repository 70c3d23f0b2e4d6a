import sharp from 'sharp';
import { asError, MatteflowError } from '../../core/errors.js';
import type { Size } from '../../trimap/picture.js';

/**
 * Reads a matte from a picture of 8 or 16 bits: its alpha channel if it has one, else its grey.
 *
 * @returns alpha 0..1, row-major
 * @throws `INPUT_NOT_MEDIA` when it is no picture; `INPUT_UNSUPPORTED` when it has another size, or colours and no
 *   alpha channel
 */
export async function readAlpha(path: string, { width, height }: Size): Promise<Float32Array> {
  const { samples, channels, info, white } = await decode(path);
  if (info.width !== width || info.height !== height) {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'the matte does not have the size of the clip',
      seen: `${info.width} × ${info.height}`,
      expected: `${width} × ${height}`,
      subject: path,
    });
  }
  const alpha = new Float32Array(width * height);
  const hasAlpha = channels === 2 || channels === 4;
  const at = hasAlpha ? channels - 1 : 0;
  for (let i = 0, from = at; i < alpha.length; i++, from += channels) {
    const value = samples[from]!;
    if (channels === 3 && (samples[from + 1] !== value || samples[from + 2] !== value)) throw coloured(path);
    alpha[i] = value / white;
  }
  return alpha;
}

async function decode(path: string): Promise<{
  samples: Uint8Array | Uint16Array;
  channels: number;
  info: Size;
  white: number;
}> {
  try {
    const { depth, space } = await sharp(path).metadata();
    const wide = depth !== 'uchar';
    const { data, info } = await sharp(path)
      .toColourspace(wide ? 'rgb16' : space === 'b-w' ? 'b-w' : 'srgb')
      .raw({ depth: wide ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return {
      samples: wide ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data,
      channels: info.channels,
      info,
      white: wide ? 65535 : 255,
    };
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

function coloured(path: string): MatteflowError {
  return new MatteflowError('INPUT_UNSUPPORTED', {
    what: 'this is a colour picture without an alpha channel, not a matte',
    expected: 'a grey PNG, or one with an alpha channel',
    subject: path,
  });
}
