import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { makeMedia } from './media.js';

/** Pixels. */
const SIZE = { width: 64, height: 48 } as const;

/** A small moving test picture with sound and timecode, quickly made however long it is, and a painted trimap at either end. */
export async function madeShot(folder: string, frames: number): Promise<{ input: string; trimaps: string }> {
  const [input, trimaps] = [join(folder, 'shot.mov'), join(folder, 'trimaps')];
  const { width, height } = SIZE;
  await makeMedia([
    ...['-f', 'lavfi', '-i', `testsrc2=s=${width}x${height}:r=24000/1001:d=${frames / 23}`],
    ...['-f', 'lavfi', '-i', `sine=d=${frames / 25}`, '-frames:v', String(frames)],
    ...['-c:v', 'png', '-c:a', 'pcm_s16le', '-timecode', '01:00:00:00', input],
  ]);
  await mkdir(trimaps);
  for (const [number, centre] of [
    [0, 20],
    [frames - 1, 40],
  ] as const) {
    await disc(centre).toFile(join(trimaps, `${String(number).padStart(4, '0')}.png`));
  }
  return { input, trimaps };
}

/** A disc of foreground in a ring of what is unknown. */
function disc(centre: number): Sharp {
  const { width, height } = SIZE;
  const trimap = Uint8Array.from({ length: width * height }, (_, i) => {
    const distance = Math.hypot((i % width) - centre, Math.floor(i / width) - height / 2);
    return distance < 9 ? 255 : distance > 15 ? 0 : 128;
  });
  return sharp(trimap, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png();
}
