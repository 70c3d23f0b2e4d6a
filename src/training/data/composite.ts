import type { Background, Foreground } from '../foreground.js';
import type { Random } from '../random.js';
import sharp from 'sharp';

/** I = αF + (1 − α)B of 8-bit pictures of one size, rounded: R′G′B′ interleaved. */
export function compositePicture({ rgba }: Foreground, background: Uint8Array): Uint8Array {
  const out = new Uint8Array(background.length);
  for (let i = 0, p = 0; i < rgba.length; i += 4, p += 3) {
    const alpha = rgba[i + 3]! / 255;
    for (let c = 0; c < 3; c++) {
      out[p + c] = Math.round(alpha * rgba[i + c]! + (1 - alpha) * background[p + c]!);
    }
  }
  return out;
}

/**
 * A part of a background, of the foreground's size, at the background's own scale; one that is too small is enlarged
 * until it covers.
 *
 * @returns R′G′B′, interleaved
 */
export async function coverWith(
  { width, height, rgb }: Background,
  size: { readonly width: number; readonly height: number },
  random: Random,
): Promise<Uint8Array> {
  const scale = Math.max(1, size.width / width, size.height / height);
  const enlarged = { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
  const left = random.integer(enlarged.width - size.width + 1);
  const top = random.integer(enlarged.height - size.height + 1);
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize(enlarged.width, enlarged.height, { fit: 'fill', kernel: 'cubic' })
    .extract({ left, top, width: size.width, height: size.height })
    .raw()
    .toBuffer();
}
