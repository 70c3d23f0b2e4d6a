import sharp from 'sharp';
import type { Random } from '../random.js';
import type { Augmentation } from './augmentation.js';

/**
 * What a camera and its file format do to a finished composite, in place: noise, then JPEG, then 8 bits.
 *
 * @param rgb - R′G′B′, 0..1, interleaved, `side × side`
 * @param chances - how often there is noise, and how often JPEG, 0..1
 */
export async function photograph(
  rgb: Float32Array,
  side: number,
  random: Random,
  chances: Pick<Augmentation, 'noise' | 'jpeg'>,
): Promise<void> {
  if (random.chance(chances.noise)) addNoise(rgb, random);
  const samples = new Uint8Array(rgb.length);
  for (let i = 0; i < rgb.length; i++) samples[i] = Math.round(255 * Math.min(1, Math.max(0, rgb[i]!)));
  const stored = random.chance(chances.jpeg)
    ? await throughJpeg(samples, side, 55 + random.integer(41))
    : samples;
  for (let i = 0; i < rgb.length; i++) rgb[i] = stored[i]! / 255;
}

/** Shot noise grows with the light; read noise does not. */
function addNoise(rgb: Float32Array, random: Random): void {
  const [read, shot] = [random.uniform(0, 0.02), random.uniform(0, 0.03)];
  const grain = Float32Array.from({ length: 997 }, () => random.normal());
  let at = random.integer(997);
  for (let i = 0; i < rgb.length; i++) {
    // A short table, entered anew on each row-like stretch, is noise enough and ten times as fast.
    if (i % 331 === 0) at = random.integer(997);
    at = at === 996 ? 0 : at + 1;
    rgb[i]! += grain[at]! * (read + shot * Math.sqrt(Math.max(0, rgb[i]!)));
  }
}

async function throughJpeg(samples: Uint8Array, side: number, quality: number): Promise<Uint8Array> {
  const jpeg = await sharp(samples, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
  return sharp(jpeg).removeAlpha().toColourspace('srgb').raw().toBuffer();
}
