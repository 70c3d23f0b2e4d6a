import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { synthesiseDataset } from '../src/training/synthesise-dataset.js';
import { Random } from '../src/training/random.js';
import { digits } from './figures.js';
import { measuredRun } from './peak-memory.js';
import type { Table } from './result.js';

const SIDE = 160;
const FOREGROUNDS = 20;
const BACKGROUNDS = 10;

/** `dataset compose` in a process of its own: pictures a second and peak memory, few and many. */
export async function composeRun(folder: string, full: boolean): Promise<Table> {
  const [foregrounds, backgrounds] = [join(folder, 'foregrounds'), join(folder, 'backgrounds')];
  const { signal } = new AbortController();
  await synthesiseDataset({
    output: foregrounds,
    count: FOREGROUNDS,
    side: SIDE,
    seed: 1,
    kinds: ['leaves'],
    signal,
  });
  await mkdir(backgrounds);
  for (let at = 0; at < BACKGROUNDS; at++) await writeNoise(join(backgrounds, `${at}.png`), at);
  const rows: string[][] = [];
  for (const count of full ? [1000, 10_000] : [200, 1000]) {
    const start = performance.now();
    const { peakMegabytes } = await measuredRun([
      ...['dataset', 'compose', '--foregrounds', foregrounds, '--backgrounds', backgrounds],
      ...['-o', join(folder, `composed-${count}`), '--per-foreground', String(count / FOREGROUNDS)],
    ]);
    const seconds = (performance.now() - start) / 1000;
    rows.push([String(count), digits(count / seconds), digits(peakMegabytes)]);
  }
  return {
    title: `dataset compose, ${SIDE}×${SIDE}, image, trimap and alpha of each`,
    columns: ['pictures', 'pictures a second', 'peak memory, MB'],
    rows,
  };
}

async function writeNoise(path: string, seed: number): Promise<void> {
  const random = new Random(seed);
  const data = Uint8Array.from({ length: 3 * SIDE * SIDE }, () => random.integer(256));
  await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toFile(path);
}
