import { describe, expect, it } from 'vitest';
import { FramePool } from '../../src/core/frame-pool.js';
import { Frame, viewPlanes, type FrameFormat } from '../../src/core/frame.js';

const format: FrameFormat = {
  width: 5,
  height: 3,
  model: 'yuv',
  depth: 10,
  tags: {},
  sampleAspect: { num: 1, den: 1 },
};
const at = { index: 0, number: 0, timestamp: { ticks: 0, timeBase: { num: 1, den: 25 } } };
const never = new AbortController().signal;

describe('FramePool', () => {
  it('lends no more frames than its size and reuses their memory', async () => {
    const pool = new FramePool(format, { size: 2, packedBytes: 7 });
    const a = new Frame(await pool.acquire(never), at);
    const b = new Frame(await pool.acquire(never), at);
    expect(pool.inUse).toBe(2);
    let starved = 0;
    pool.onStarved(() => (starved += 1));
    const third = pool.acquire(never);
    expect(pool.starved).toBe(true);
    expect(starved).toBe(1);
    a.release();
    const c = new Frame(await third, at);
    expect(c.memory.buffer).toBe(a.memory.buffer);
    expect(pool.starved).toBe(false);
    b.release();
    c.release();
    expect(pool.inUse).toBe(0);
  });

  it('refuses a second release', async () => {
    const pool = new FramePool(format, { size: 1, packedBytes: 0 });
    const frame = new Frame(await pool.acquire(never), at);
    frame.release();
    expect(() => frame.release()).toThrow('released twice');
    expect(pool.inUse).toBe(0);
  });

  it('stops waiting when aborted, and serves the next in line', async () => {
    const pool = new FramePool(format, { size: 1, packedBytes: 0 });
    const frame = new Frame(await pool.acquire(never), at);
    const controller = new AbortController();
    const given = pool.acquire(controller.signal);
    const patient = pool.acquire(never);
    controller.abort();
    await expect(given).rejects.toMatchObject({ code: 'ABORTED' });
    frame.release();
    const slot = await patient;
    slot.giveBack();
    expect(pool.inUse).toBe(0);
  });
});

describe('viewPlanes', () => {
  it('gives planes that do not overlap, at any size and depth', () => {
    for (const depth of [8, 16] as const) {
      const pool = new FramePool({ ...format, depth }, { size: 1, packedBytes: 13 });
      return pool.acquire(never).then(({ memory }) => {
        const planes = viewPlanes(memory);
        const all = [
          planes.packed,
          planes.prior,
          planes.stage1,
          planes.alpha,
          planes.weight,
          ...planes.colour,
          planes.trimap,
        ];
        const spans = all
          .map((v) => [v.byteOffset, v.byteOffset + v.byteLength] as const)
          .sort((x, y) => x[0] - y[0]);
        for (let i = 1; i < spans.length; i++) expect(spans[i]![0]).toBeGreaterThanOrEqual(spans[i - 1]![1]);
        expect(spans.at(-1)![1]).toBeLessThanOrEqual(memory.buffer.byteLength);
        expect(planes.alpha.length).toBe(15);
      });
    }
  });
});
