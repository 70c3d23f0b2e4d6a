import { describe, expect, it } from 'vitest';
import { enlargeRows, smoothTrimap } from '../../src/trimap/enlarge.js';
import { halfSize, halvePicture } from '../../src/trimap/picture.js';
import { reduceTrimap } from '../../src/trimap/reduce.js';

/** A disc with a band 6 pixels wide, at any size. */
function disc(width: number, height: number, band: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const x = ((i % width) + 0.5) / width - 0.5;
    const y = (Math.floor(i / width) + 0.5) / width - (0.5 * height) / width;
    const distance = Math.hypot(x, y) - 0.2;
    return distance < -band ? 255 : distance > band ? 0 : 128;
  });
}

describe('reduceTrimap, then enlarged again', () => {
  it.each([
    [640, 360, 320, 180],
    [647, 363, 240, 135],
  ])('never makes a known pixel of an unknown one (%i × %i by way of %i × %i)', (width, height, w, h) => {
    const full = { width, height };
    const reduced = { width: w, height: h };
    const src = disc(width, height, 0.02);
    const small = new Uint8Array(w * h);
    reduceTrimap(small, src, full, reduced);
    const dst = new Uint8Array(width * height);
    enlargeRows(dst, smoothTrimap(small, reduced), full, [0, height]);
    let lost = 0;
    let invented = 0;
    dst.forEach((value, i) => {
      if (value === 128 && src[i] !== 128) lost += 1;
      if (value !== 128 && value !== src[i]) invented += 1;
    });
    expect(invented).toBe(0);
    const unknown = src.filter((value) => value === 128).length;
    expect(lost).toBeLessThan(0.6 * unknown);
    expect(new Set(dst)).toEqual(new Set([0, 128, 255]));
  });

  it('enlarges rows in any portions alike', () => {
    const small = disc(32, 18, 0.05);
    const smooth = smoothTrimap(small, { width: 32, height: 18 });
    const full = { width: 100, height: 57 };
    const whole = new Uint8Array(5700);
    const parts = new Uint8Array(5700);
    enlargeRows(whole, smooth, full, [0, 57]);
    enlargeRows(parts, smooth, full, [0, 20]);
    enlargeRows(parts, smooth, full, [20, 57]);
    expect(parts).toEqual(whole);
  });
});

describe('halvePicture', () => {
  it('averages blocks and repeats the edge of odd sides', () => {
    const size = { width: 3, height: 1 };
    const half = new Uint8Array(6);
    halvePicture(half, Uint8Array.of(10, 0, 1, 20, 0, 2, 99, 4, 3), size);
    expect(halfSize(size)).toEqual({ width: 2, height: 1 });
    expect(half).toEqual(Uint8Array.of(15, 0, 2, 99, 4, 3));
  });
});
