import { describe, expect, it } from 'vitest';
import { blockCount, keepUnchanged, restoreKept } from '../../src/live/unchanged.js';
import { moveAlpha, trimapOf } from '../../src/live/move-alpha.js';

const SIZE = { width: 80, height: 48 };
const PIXELS = SIZE.width * SIZE.height;

function scene() {
  const luma = Uint8Array.from({ length: PIXELS }, (_, i) => 40 + ((i * 7) % 90));
  const trimap = new Uint8Array(PIXELS).fill(128);
  const alpha = Float32Array.from({ length: PIXELS }, (_, i) => (i % 101) / 100);
  return { luma, trimap, alpha };
}

describe('unchanged blocks', () => {
  it('are all kept in a still picture, noise allowed, and get their alpha back to the last bit', () => {
    const last = scene();
    const luma = last.luma.map((value, i) => value + ((i * 13) % 3) - 1);
    const trimap = last.trimap.slice();
    const kept = new Uint8Array(blockCount(SIZE));
    expect(keepUnchanged(kept, { luma, trimap }, last, SIZE)).toBe(6);
    expect(trimap.includes(128)).toBe(false);
    const alpha = new Float32Array(PIXELS);
    restoreKept(alpha, kept, last.alpha, SIZE);
    expect(alpha).toEqual(last.alpha);
  });

  it('are not those where something small has moved, or where the trimap is another', () => {
    const last = scene();
    const [luma, trimap] = [last.luma.slice(), last.trimap.slice()];
    for (let y = 40; y < 46; y++) for (let x = 40; x < 46; x++) luma[y * SIZE.width + x]! += 30;
    trimap.fill(0, 0, 30);
    const kept = new Uint8Array(blockCount(SIZE));
    keepUnchanged(kept, { luma, trimap }, last, SIZE);
    expect([...kept]).toEqual([0, 1, 1, 1, 0, 1]);
    const alpha = new Float32Array(PIXELS).fill(-1);
    restoreKept(alpha, kept, last.alpha, SIZE);
    expect(alpha[0]).toBe(-1);
    expect(alpha[47 * SIZE.width + 31]).toBe(last.alpha[47 * SIZE.width + 31]);
    expect(alpha[47 * SIZE.width + 32]).toBe(-1);
  });
});

describe('moveAlpha', () => {
  it('takes each pixel from where it was, and calls unknown what is mixed', () => {
    const { alpha: last } = scene();
    const trimap = new Uint8Array(PIXELS);
    const [columns, rows] = [40, 24];
    const flow = {
      u: new Float32Array(columns * rows).fill(1.5),
      v: new Float32Array(columns * rows).fill(-1),
    };
    const alpha = new Float32Array(PIXELS);
    moveAlpha(alpha, last, flow, SIZE, { factor: 2, columns });
    trimapOf(trimap, alpha);
    for (const [x, y] of [
      [10, 10],
      [33, 20],
      [50, 40],
    ] as const) {
      const i = y * SIZE.width + x;
      const expected = last[(y - 2) * SIZE.width + x + 3]!;
      expect(alpha[i]).toBeCloseTo(expected, 5);
      expect(trimap[i]).toBe(expected < 0.02 ? 0 : expected > 0.98 ? 255 : 128);
    }
  });
});
