import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/core/errors.js';
import { allocateFlow, FlowEstimator, type Flow } from '../../src/trimap/flow.js';
import { trimapFromMask } from '../../src/trimap/morphology.js';
import { halfSize } from '../../src/trimap/picture.js';
import { propagateTrimaps, type Picture, type PropagatedTrimap } from '../../src/trimap/propagate.js';

/** A striped disc crossing a speckled wall, 3 pixels a frame. */
const size = { width: 160, height: 90 };
const pixels = size.width * size.height;
const FRAMES = 16;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimap-propagate-'));
});
afterAll(() => rm(folder, { recursive: true }));

function inDisc(i: number, frame: number): boolean {
  const x = (i % size.width) - (45 + 3 * frame);
  const y = Math.floor(i / size.width) - 45;
  return x * x + y * y < 20 * 20;
}

function draw(frame: number): Uint8Array {
  const rgb = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const x = i % size.width;
    const y = Math.floor(i / size.width);
    const wall = 60 + 25 * Math.sin(x * 0.7 + Math.sin(y * 0.5) * 3) + 15 * Math.sin(y * 0.9);
    const stripe = 150 + 40 * Math.sin((x - 3 * frame) * 0.4 + y * 0.6);
    rgb.set(inDisc(i, frame) ? [stripe, 70, 40] : [wall, wall + 20, 2 * wall], 3 * i);
  }
  return rgb;
}

function mask(frame: number): Uint8Array {
  return Uint8Array.from({ length: pixels }, (_, i) => (inDisc(i, frame) ? 255 : 0));
}

function keyframe(index: number): { index: number; trimap: Uint8Array } {
  const trimap = new Uint8Array(pixels);
  trimapFromMask(trimap, mask(index), size, { erode: 3, dilate: 3 });
  return { index, trimap };
}

async function* pictures(count: number, drawn: (frame: number) => Uint8Array): AsyncGenerator<Picture> {
  await Promise.resolve();
  for (let index = 0; index < count; index++) yield { index, rgb: drawn(index) };
}

type Estimate = Parameters<typeof propagateTrimaps>[2]['estimateFlows'];

function estimator(): Estimate {
  const half = halfSize(size);
  const estimate = new FlowEstimator(half);
  const flows = { forward: allocateFlow(half), backward: allocateFlow(half) };
  return (earlier, later) => {
    estimate.estimateBoth(flows.forward, flows.backward, earlier, later);
    return Promise.resolve(flows);
  };
}

function propagate(
  keyframes: readonly { index: number; trimap: Uint8Array }[],
  { count = FRAMES, signal = new AbortController().signal, estimateFlows = estimator(), drawn = draw } = {},
): AsyncGenerator<PropagatedTrimap> {
  return propagateTrimaps(pictures(count, drawn), keyframes, {
    size,
    estimateFlows,
    signal,
    temporaryFolder: folder,
  });
}

async function collect(results: AsyncIterable<PropagatedTrimap>): Promise<PropagatedTrimap[]> {
  const all = [];
  for await (const result of results) all.push(result);
  return all;
}

/** Known pixels on the wrong side, as a share of all pixels, and the unknown share. */
function compare({ index, trimap }: { readonly index: number; readonly trimap: Uint8Array }): {
  wrong: number;
  unknown: number;
} {
  const truth = mask(index);
  let wrong = 0;
  let unknown = 0;
  trimap.forEach((value, i) => {
    if (value === 128) unknown += 1;
    else if (value !== truth[i]) wrong += 1;
  });
  return { wrong: wrong / pixels, unknown: unknown / pixels };
}

describe('propagateTrimaps', () => {
  it.each([
    ['between two keyframes', [0, 15]],
    ['after the only one', [0]],
    ['before the only one', [15]],
    ['around one in the middle', [7]],
  ])('follows the subject %s', async (_, indices) => {
    const keyframes = indices.map(keyframe);
    const results = await collect(propagate(keyframes));
    expect(results.map(({ index }) => index)).toEqual(Array.from({ length: FRAMES }, (_unused, n) => n));
    const bandOfKeyframe = compare(keyframes[0]!).unknown;
    for (const result of results) {
      const { wrong, unknown } = compare(result);
      expect(wrong).toBeLessThan(0.002);
      expect(unknown).toBeLessThan(2.2 * bandOfKeyframe);
      expect(new Set(result.trimap)).toEqual(new Set([0, 128, 255]));
      expect(result.confidence).toBeGreaterThan(0);
      expect(result.confidence).toBeLessThanOrEqual(1);
    }
  });

  it('gives keyframes back untouched, whatever the picture says', async () => {
    const odd = { index: 4, trimap: Uint8Array.from({ length: pixels }, (_, i) => [0, 128, 255][i % 3]!) };
    const results = await collect(propagate([keyframe(0), odd], { count: 6 }));
    expect(results[4]!.trimap).toEqual(odd.trimap);
    expect(results[4]!.confidence).toBe(1);
    expect(results[0]!.trimap).toEqual(keyframe(0).trimap);
  });

  it('follows colour where flow is wrong', async () => {
    const half = halfSize(size);
    const off = (by: number): Flow => ({
      ...allocateFlow(half),
      u: new Float32Array(half.width * half.height).fill(by),
    });
    const wrongFlow: Estimate = () => Promise.resolve({ forward: off(15), backward: off(11) });
    const results = await collect(propagate([keyframe(0), keyframe(15)], { estimateFlows: wrongFlow }));
    for (const result of results) expect(compare(result).wrong).toBeLessThan(0.01);
  });

  it('is unsure, and says so, when neither flow nor colour tells', async () => {
    const fog = new Uint8Array(3 * pixels).fill(128);
    const drawn = (frame: number): Uint8Array => (frame === 8 ? fog : draw(frame));
    const results = await collect(propagate([keyframe(0), keyframe(15)], { drawn }));
    const usual = compare(results[3]!).unknown;
    expect(compare(results[8]!).unknown).toBeGreaterThan(1.5 * usual);
    expect(results[8]!.confidence).toBeLessThan(0.5 * results[3]!.confidence);
  });

  it('crosses no cut: without a keyframe on its far side frames are all unknown, and say so', async () => {
    const otherShot = (frame: number): Uint8Array => draw(frame).map((value) => 255 - (value >> 1));
    const drawn = (frame: number): Uint8Array => (frame < 6 || frame >= 11 ? draw(frame) : otherShot(frame));
    const results = await collect(propagate([keyframe(2), keyframe(15)], { drawn }));
    expect(results.filter(({ afterCut }) => afterCut).map(({ index }) => index)).toEqual([6, 11]);
    for (const result of results) {
      const reached = result.index < 6 || result.index >= 11;
      expect(result.reached).toBe(reached);
      if (reached) expect(compare(result).wrong).toBeLessThan(0.002);
      else expect(result).toMatchObject({ confidence: 0, trimap: new Uint8Array(pixels).fill(128) });
    }
  });

  it('carries on from the keyframe on the far side of a cut, both ways', async () => {
    const otherShot = (frame: number): Uint8Array => draw(frame).map((value) => 255 - (value >> 1));
    const drawn = (frame: number): Uint8Array => (frame < 6 ? draw(frame) : otherShot(frame));
    const results = await collect(propagate([keyframe(0), keyframe(9)], { drawn }));
    for (const result of results) {
      expect(result.reached).toBe(true);
      expect(compare(result).wrong).toBeLessThan(0.002);
    }
  });

  it('takes odd sizes and neighbouring keyframes', async () => {
    const odd = { width: 37, height: 21 };
    async function* grey(): AsyncGenerator<Picture> {
      await Promise.resolve();
      for (let index = 0; index < 3; index++) yield { index, rgb: new Uint8Array(3 * 37 * 21).fill(80) };
    }
    const trimap = Uint8Array.from({ length: 37 * 21 }, (_, i) =>
      i % 37 < 15 ? 255 : i % 37 < 20 ? 128 : 0,
    );
    const half = halfSize(odd);
    const still = { forward: allocateFlow(half), backward: allocateFlow(half) };
    const results = await collect(
      propagateTrimaps(
        grey(),
        [0, 1].map((index) => ({ index, trimap })),
        {
          size: odd,
          estimateFlows: () => Promise.resolve(still),
          signal: new AbortController().signal,
        },
      ),
    );
    expect(results).toHaveLength(3);
    expect(results[2]!.trimap[0]).toBe(255);
    expect(results[2]!.trimap[36]).toBe(0);
    expect(results[2]!.trimap[17]).toBe(128);
  });

  it('refuses no keyframes, keyframes of another size, and ones the clip does not reach', async () => {
    const refused = (results: AsyncIterable<PropagatedTrimap>, code: ErrorCode): Promise<void> =>
      expect(collect(results)).rejects.toEqual(expect.objectContaining({ code }));
    await refused(propagate([]), 'TRIMAP_MISSING');
    await refused(propagate([{ index: 0, trimap: new Uint8Array(7) }]), 'TRIMAP_SIZE');
    await refused(propagate([keyframe(0), keyframe(20)], { count: 3 }), 'TRIMAP_OUT_OF_RANGE');
  });

  it('leaves no file behind: finished, aborted or abandoned', async () => {
    const controller = new AbortController();
    const slow: Estimate = async (earlier, later) => {
      controller.abort();
      return estimator()(earlier, later);
    };
    await expect(
      collect(propagate([keyframe(0)], { signal: controller.signal, estimateFlows: slow })),
    ).rejects.toEqual(expect.objectContaining({ code: 'ABORTED' }));
    for await (const result of propagate([keyframe(0)])) if (result.index === 1) break;
    expect(await readdir(folder)).toEqual([]);
    const nowhere = { size, estimateFlows: estimator(), signal: new AbortController().signal };
    await expect(
      collect(
        propagateTrimaps(pictures(2, draw), [keyframe(0)], {
          ...nowhere,
          temporaryFolder: join(folder, 'no'),
        }),
      ),
    ).rejects.toEqual(expect.objectContaining({ code: 'OUTPUT_UNWRITABLE' }));
  });

  it('keeps its memory however long the interval', async () => {
    async function* still(): AsyncGenerator<Picture> {
      const rgb = draw(0);
      await Promise.resolve();
      for (let index = 0; index < 600; index++) yield { index, rgb };
    }
    const flows = { forward: allocateFlow(halfSize(size)), backward: allocateFlow(halfSize(size)) };
    const options = {
      size,
      estimateFlows: () => Promise.resolve(flows),
      signal: new AbortController().signal,
    };
    let before = 0;
    let most = 0;
    async function* watched(): AsyncGenerator<Picture> {
      for await (const picture of still()) {
        const { arrayBuffers } = process.memoryUsage();
        if (picture.index === 20) before = arrayBuffers;
        most = Math.max(most, arrayBuffers);
        yield picture;
      }
    }
    let frames = 0;
    for await (const { trimap } of propagateTrimaps(watched(), [keyframe(0)], options)) {
      expect(trimap).toHaveLength(pixels);
      frames += 1;
    }
    expect(frames).toBe(600);
    // 580 records would be 66 MB.
    expect(most - before).toBeLessThan(20e6);
  });
});
