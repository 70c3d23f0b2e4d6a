import { describe, expect, it } from 'vitest';
import { person, ring, shapeTrimap, SQUARE, type Shape } from '../../bench/trimap-shapes.js';

const SIZE = { width: 640, height: 360 };

const count = (trimap: Uint8Array, value: number): number => trimap.filter((seen) => seen === value).length;

/** Width and height of the box around the pixels that are not background. */
function extent(trimap: Uint8Array): [width: number, height: number] {
  const [xs, ys] = [new Set<number>(), new Set<number>()];
  trimap.forEach((value, at) => {
    if (value === 0) return;
    xs.add(at % SIZE.width);
    ys.add(Math.floor(at / SIZE.width));
  });
  return [xs.size, ys.size];
}

const SHAPES: [string, Shape][] = [
  ['square', SQUARE],
  ['ring', ring(150)],
  ['person', person(300)],
];

describe('shapeTrimap', () => {
  it.each(SHAPES)('makes the share of the %s unknown, but for pixels at the same distance', (_, shape) => {
    for (const share of [0.01, 0.05]) {
      const unknown = count(shapeTrimap(SIZE, shape, share), 128) / (SIZE.width * SIZE.height);
      expect(unknown).toBeGreaterThan(share - 1e-5);
      expect(unknown).toBeLessThan(share + 0.004);
    }
  });

  it('can make all of a frame unknown, or nothing', () => {
    expect(count(shapeTrimap(SIZE, person(300), 1), 128)).toBe(SIZE.width * SIZE.height);
    expect(count(shapeTrimap(SIZE, person(300), 0), 128)).toBe(0);
  });

  it('fills the square and leaves nothing else known as foreground', () => {
    const trimap = shapeTrimap(SIZE, SQUARE, 0.05);
    const [width, height] = extent(trimap);
    expect(width).toBe(height);
    expect(count(trimap, 128)).toBe(width * height);
    expect(count(trimap, 255)).toBe(0);
  });

  it('keeps the ring inside its diameter, with foreground in the middle', () => {
    const trimap = shapeTrimap(SIZE, ring(150), 0.05);
    expect(extent(trimap)).toEqual([150, 150]);
    expect(trimap[(SIZE.height / 2) * SIZE.width + SIZE.width / 2]).toBe(255);
    expect(() => shapeTrimap(SIZE, ring(150), 0.5)).toThrow(RangeError);
  });

  it('draws a person 0.42 as wide as tall', () => {
    const [width, height] = extent(shapeTrimap(SIZE, person(300), 0));
    expect(height).toBe(300);
    expect(width / height).toBeCloseTo(0.42, 1.9);
  });
});
