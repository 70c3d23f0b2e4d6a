import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WHOLE_PICTURES, type DataRecipe } from '../../src/training/data/recipe.js';
import { Random } from '../../src/training/random.js';
import type { TrainingSample } from '../../src/training/sample.js';
import { openSampleStream, type StreamOptions } from '../../src/training/sample-stream.js';
import { backdrop } from '../../src/training/synthesis/backdrop.js';
import { synthesise } from '../../src/training/synthesis/synthesise.js';

let folder: string;
let recipe: DataRecipe;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matteflow-samples-'));
  for (const name of ['fg', 'bg']) await mkdir(join(folder, name));
  for (let k = 0; k < 3; k++) {
    const { rgba } = synthesise('leaves', new Random(k), { side: 96, photographs: [] });
    await sharp(rgba, { raw: { width: 96, height: 96, channels: 4 } }).toFile(join(folder, 'fg', `${k}.png`));
    const { rgb } = backdrop(new Random(k), 80);
    await sharp(rgb, { raw: { width: 80, height: 80, channels: 3 } }).toFile(join(folder, 'bg', `${k}.jpg`));
  }
  recipe = {
    seed: 3,
    side: 48,
    pictures: WHOLE_PICTURES,
    foregrounds: [join(folder, 'fg')],
    backgrounds: [join(folder, 'bg')],
    synthesised: 0.5,
    kinds: ['hair', 'smoke'],
    trimaps: 'random',
    augmentation: 'wide',
    prior: 'either',
  };
});

afterAll(() => rm(folder, { recursive: true }));

/** A stream's samples, each as a digest of all its planes. */
async function take(count: number, options: StreamOptions, from: DataRecipe = recipe): Promise<string[]> {
  const stream = await openSampleStream(from, options);
  try {
    const samples: string[] = [];
    while (samples.length < count) samples.push(digest(await stream.next()));
    expect(stream.position).toBe((options.start ?? 0) + count);
    return samples;
  } finally {
    await stream.close();
  }
}

function digest(sample: TrainingSample): string {
  const hash = createHash('sha256');
  for (const plane of ['rgb', 'trimap', 'prior', 'alpha', 'foreground', 'background'] as const)
    hash.update(sample[plane]);
  return hash.digest('hex');
}

describe('the sample stream', () => {
  it('gives the same samples whatever the number of threads and of samples made ahead', async () => {
    const alone = await take(20, { threads: 1, ahead: 1 });
    expect(await take(20, { threads: 3, ahead: 7 })).toEqual(alone);
    expect(new Set(alone).size).toBe(20);
  });

  it('goes on from any sample', async () => {
    const whole = await take(12, { threads: 2 });
    expect(await take(5, { threads: 2, start: 7 })).toEqual(whole.slice(7));
  });

  it('closes while samples are under way', async () => {
    const stream = await openSampleStream(recipe, { threads: 2, ahead: 8 });
    await stream.next();
    await stream.close();
  });

  it('names a picture that cannot be decoded once, and takes the next one', async () => {
    const broken = join(folder, 'broken');
    await mkdir(broken);
    const png = await sharp(join(folder, 'fg', '0.png')).toBuffer();
    // A header that promises more than there is.
    await writeFile(join(broken, 'a.png'), png.subarray(0, png.length / 2));
    await writeFile(join(broken, 'b.png'), png);
    const notices: string[] = [];
    const withBroken = { ...recipe, foregrounds: [broken], synthesised: 0 };
    const samples = await take(24, { threads: 2, onNotice: (notice) => notices.push(notice) }, withBroken);
    expect(samples).toHaveLength(24);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('a.png');
  });

  it('fails when no picture can be decoded', async () => {
    const bad = join(folder, 'bad');
    await mkdir(bad);
    const png = await sharp(join(folder, 'fg', '0.png')).toBuffer();
    await writeFile(join(bad, 'a.png'), png.subarray(0, png.length / 2));
    const only = { ...recipe, foregrounds: [bad], synthesised: 0 };
    await expect(take(1, { threads: 1 }, only)).rejects.toMatchObject({ code: 'INPUT_DAMAGED' });
  });

  it.each([
    ['a folder that is not there', { backgrounds: ['/nowhere/at/all'] }, 'INPUT_MISSING'],
    ['a share above 1', { synthesised: 1.5 }, 'USAGE'],
    ['no kinds', { kinds: [] }, 'USAGE'],
    ['a side of nothing', { side: 0 }, 'USAGE'],
  ] as const)('refuses %s', async (_what, change, code) => {
    await expect(openSampleStream({ ...recipe, ...change }, { threads: 1 })).rejects.toMatchObject({ code });
  });

  it('refuses a foreground without alpha by name', async () => {
    const opaque = { ...recipe, foregrounds: [join(folder, 'bg')] };
    await expect(openSampleStream(opaque, { threads: 1 })).rejects.toMatchObject({
      code: 'INPUT_UNSUPPORTED',
      parts: { subject: join(folder, 'bg', '0.jpg') },
    });
  });
});
