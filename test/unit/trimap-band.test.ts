import { describe, expect, it } from 'vitest';
import { allocateBandScratch, deriveTrimap } from '../../src/trimap/band.js';
import { allocateIslandScratch, dropIslands } from '../../src/trimap/islands.js';

const size = { width: 80, height: 60 };
const pixels = size.width * size.height;

function fill(paint: (x: number, y: number) => number): Float32Array {
  return Float32Array.from({ length: pixels }, (_, i) => paint(i % size.width, Math.floor(i / size.width)));
}

const within = (x: number, y: number, left: number, top: number, side: number): boolean =>
  x >= left && x < left + side && y >= top && y < top + side;

describe('dropIslands', () => {
  const scene = fill((x, y) => {
    if (within(x, y, 10, 10, 30)) return 0.9;
    if (within(x, y, 40, 20, 5)) return 0.4; // a soft part of the subject
    if (within(x, y, 55, 10, 6)) return 0.95; // a thing apart, sure
    if (within(x, y, 55, 40, 10)) return 0.5; // something in the background, unsure
    return 0.1;
  });

  it('drops unsure patches that touch no sure foreground, and keeps all others', () => {
    const expected = scene.map((p, i) =>
      within(i % size.width, Math.floor(i / size.width), 55, 40, 10) ? 0 : p,
    );
    dropIslands(scene, 0.25, size, allocateIslandScratch(size));
    expect(scene).toEqual(expected);
  });
});

describe('deriveTrimap', () => {
  const scratch = allocateBandScratch(size);
  const half = (value: number): Float32Array => new Float32Array((size.width * size.height) / 4).fill(value);

  it('makes a band of the given half width along the outline', () => {
    const dst = new Uint8Array(pixels);
    const edge = fill((x) => (x < 40 ? 0.99 : 0.01));
    expect(deriveTrimap(dst, edge, half(5), size, scratch)).toBe(1);
    const row = [...dst.subarray(0, size.width)];
    expect(row.lastIndexOf(255)).toBe(34);
    expect(row.indexOf(0)).toBe(45);
  });

  it('adds what is in doubt, and says how much of the unknown region that is', () => {
    const dst = new Uint8Array(pixels);
    const doubt = fill((x) => (x < 30 ? 0.99 : x < 50 ? 0.6 : 0.01));
    const confidence = deriveTrimap(dst, doubt, half(2), size, scratch);
    const row = [...dst.subarray(0, size.width)];
    expect(row.lastIndexOf(255)).toBe(29);
    expect(row.indexOf(0)).toBe(52);
    expect(confidence).toBeCloseTo(4 / 22, 5);
  });

  it('leaves a frame without the subject background', () => {
    const dst = new Uint8Array(pixels);
    expect(
      deriveTrimap(
        dst,
        fill(() => 0.02),
        half(6),
        size,
        scratch,
      ),
    ).toBe(1);
    expect(dst.every((value) => value === 0)).toBe(true);
  });
});
