import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { madeClip, type FixtureKind } from '../../fixtures/clip.js';
import { keyframeTrimap } from '../../fixtures/trimap.js';

/** A folder of its own below the system's temporary one. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'matteflow-test-'));
}

export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array;
}

/** A grey picture of one value. */
export function plain(value: number, width = 4, height = 3): GreyPicture {
  return { width, height, values: new Uint8Array(width * height).fill(value) };
}

/** Writes grey pictures, by their path below a folder; the ending says the format. */
export async function writeGreys(
  folder: string,
  pictures: Readonly<Record<string, GreyPicture>>,
): Promise<void> {
  for (const [name, { width, height, values }] of Object.entries(pictures)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await sharp(values, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .toFile(path);
  }
}

/** Writes made pictures with their exact alpha and trimaps, as the folders image, trimap, alpha. */
export async function writeMadeSet(
  folder: string,
  kinds: readonly FixtureKind[],
  size: { readonly width: number; readonly height: number },
): Promise<void> {
  for (const kind of kinds) {
    const { rgb, alpha } = await madeClip(kind, { ...size, frames: 1, seed: 7 }).frame(0);
    const trimap = keyframeTrimap(alpha, size);
    await mkdir(join(folder, 'image'), { recursive: true });
    await sharp(rgb, { raw: { ...size, channels: 3 } }).toFile(join(folder, 'image', `${kind}.png`));
    await writeGreys(folder, {
      [`trimap/${kind}.png`]: { ...size, values: trimap },
      [`alpha/${kind}.png`]: { ...size, values: alpha },
    });
  }
}
