import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ClipMeter } from '../../../src/evaluation/video/clip-meter.js';
import type { ClipMeans } from '../../../src/evaluation/video/clip-results.js';
import { matteFrames } from '../../../src/pipeline/matte-video.js';
import { allocateFlow } from '../../../src/trimap/flow.js';
import { footage } from '../../support/material.js';

const clip = footage('dancer_comp/clip.mp4');
if (!clip) console.warn('the dancer’s footage is not there, so she is not steadied');

const SIZE = { width: 640, height: 360 };
const RANGE = [12, 23] as const;

/** Means over the range's frames. */
async function meansOf(folder: string, steady?: number): Promise<ClipMeans> {
  const names = (await readdir(join(folder, 'alpha'))).sort().slice(RANGE[0]);
  const trimaps = new Map<number, Uint8Array>();
  const meter = new ClipMeter({
    size: SIZE,
    numberOf: (index) => index + RANGE[0],
    truthAt: async (index) => {
      const grey = await sharp(join(folder, 'alpha', names[index]!))
        .extractChannel(0)
        .raw()
        .toBuffer();
      return Float32Array.from(grey, (value) => value / 255);
    },
    trimapAt: (index) => Promise.resolve(trimaps.get(index)!),
    // MESSDdt is not looked at.
    motion: { flowTo: () => Promise.resolve(allocateFlow(SIZE)) },
  });
  await matteFrames({
    ...{ input: clip!, trimaps: join(folder, 'trimap'), range: RANGE, device: 'cpu' },
    ...(steady !== undefined && { steady }),
    onFrame: async ({ index, planes }) => {
      trimaps.set(index, planes.trimap.slice());
      await meter.add({ index, alpha: planes.alpha });
    },
  });
  return meter.result().mean;
}

describe('steadying real footage', () => {
  it.skipIf(!clip)('lowers the dancer’s dtSSD, and her SAD', { timeout: 900_000 }, async () => {
    const folder = join(clip!, '..');
    const [plain, steady] = [await meansOf(folder), await meansOf(folder, 1)];
    // Stored 2026-11. Other processors round the network differently.
    const within = (value: number, stored: number): void => {
      expect(Math.abs(value / stored - 1), `${value}, not ${stored}`).toBeLessThan(0.02);
    };
    within(plain.dtssd['unknown-sum'], 40.09);
    within(steady.dtssd['unknown-sum'], 34.52);
    within(plain.sad, 3.764);
    within(steady.sad, 3.741);
    expect(steady.dtssd['unknown-sum']).toBeLessThan(0.95 * plain.dtssd['unknown-sum']);
    expect(steady.sad).toBeLessThan(plain.sad);
  });
});
