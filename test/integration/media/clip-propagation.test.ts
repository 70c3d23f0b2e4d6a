import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { findFfmpeg, type Ffmpeg } from '../../../src/ffmpeg/tools.js';
import { openClip, type Clip } from '../../../src/ingest/clip.js';
import { openPropagation, type ClipPropagation } from '../../../src/pipeline/clip-propagation.js';
import { readTrimap } from '../../../src/trimap/trimap.js';
import { writeClip } from '../../../fixtures/write-clip.js';

const size = { width: 160, height: 96 };
const FRAMES = 13;

let folder: string;
let ffmpeg: Ffmpeg;
let clip: Clip;
const painted = new Map<number, Uint8Array>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clip-propagation-'));
  ffmpeg = await findFfmpeg();
  const { signal } = new AbortController();
  const options = { ...size, frames: FRAMES, seed: 3, keyframes: [0, 4, 8, 12], signal };
  const written = await writeClip(folder, 'hair', { ...options, encode: { as: 'ffv1', ffmpeg } });
  clip = await openClip(ffmpeg, written.input, { signal });
  for (const number of options.keyframes) {
    const path = join(written.trimapFolder, `${String(number).padStart(4, '0')}.png`);
    painted.set(number, await readTrimap(path, size));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function open(): ClipPropagation {
  const propagation = openPropagation(ffmpeg, clip);
  onTestFinished(() => propagation.close());
  return propagation;
}

const keyframes = (...numbers: number[]): Map<number, Uint8Array> =>
  new Map(numbers.map((number) => [number, painted.get(number)!]));

async function update(
  propagation: ClipPropagation,
  given: ReadonlyMap<number, Uint8Array>,
): Promise<Map<number, Uint8Array>> {
  const frames = new Map<number, Uint8Array>();
  for await (const { frame, trimap } of propagation.update(given)) frames.set(frame, trimap);
  return frames;
}

const numbers = (frames: ReadonlyMap<number, unknown>): number[] => [...frames.keys()].sort((a, b) => a - b);

describe('openPropagation', () => {
  it('gives every frame but the keyframes a trimap of the clip’s size', async () => {
    const frames = await update(open(), keyframes(4, 8));
    expect(numbers(frames)).toEqual([0, 1, 2, 3, 5, 6, 7, 9, 10, 11, 12]);
    for (const trimap of frames.values()) {
      expect(trimap).toHaveLength(size.width * size.height);
      expect(new Set(trimap)).toEqual(new Set([0, 128, 255]));
    }
  });

  it('does only what a changed keyframe concerns, and comes to what doing everything anew does', async () => {
    const propagation = open();
    const before = await update(propagation, keyframes(0, 4, 12));
    const added = await update(propagation, keyframes(0, 4, 8, 12));
    expect(numbers(added)).toEqual([5, 6, 7, 9, 10, 11]);
    expect(await update(propagation, keyframes(0, 4, 8, 12))).toEqual(new Map());
    const corrected = keyframes(0, 4, 8, 12).set(
      4,
      painted.get(4)!.map((value) => (value === 0 ? 128 : value)),
    );
    const after = await update(propagation, corrected);
    expect(numbers(after)).toEqual([1, 2, 3, 5, 6, 7]);
    const all = new Map([...before, ...added, ...after]);
    all.delete(8);
    expect(all).toEqual(await update(open(), corrected));
  });

  it('takes up again what was left or aborted', async () => {
    const propagation = open();
    for await (const { frame } of propagation.update(keyframes(0, 12))) if (frame >= 5) break;
    const controller = new AbortController();
    controller.abort();
    await expect(propagation.update(keyframes(0, 12), { signal: controller.signal }).next()).rejects.toEqual(
      expect.objectContaining({ code: 'ABORTED' }),
    );
    expect(numbers(await update(propagation, keyframes(0, 12)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('suggests frames that are not painted, none before there is anything to judge', async () => {
    const propagation = open();
    expect(propagation.suggest(2)).toEqual([]);
    await update(propagation, keyframes(0, 12));
    const suggested = propagation.suggest(3);
    expect(new Set(suggested).size).toBe(3);
    for (const number of suggested) expect([0, 12]).not.toContain(number);
    expect(propagation.suggest(99)).toHaveLength(FRAMES - 2);
  });
});
