import { describe, expect, it } from 'vitest';
import { boxMean } from '../../src/trimap/box-filter.js';
import {
  allocateLinearModel,
  applyLinearModel,
  applyLinearModelFull,
  GuidedFilter,
} from '../../src/trimap/guided-filter.js';
import { SlidingWindow } from '../../src/trimap/sliding-window.js';

function noise(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

describe('boxMean', () => {
  it.each([
    [31, 17, 3],
    [31, 17, 8],
    [5, 40, 4],
    [3, 3, 6],
    [9, 1, 2],
  ])('equals the plain window mean on %i × %i with radius %i', (width, height, radius) => {
    const src = noise(width * height, 3);
    const expected = Float32Array.from(src, (_, i) => {
      let sum = 0;
      let count = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const far = Math.max(Math.abs(x - (i % width)), Math.abs(y - Math.floor(i / width)));
          if (far > radius) continue;
          sum += src[y * width + x]!;
          count += 1;
        }
      }
      return sum / count;
    });
    boxMean(src, src, new Float32Array(src.length), new Float64Array(width), { width, height }, radius);
    src.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });
});

describe('SlidingWindow', () => {
  it.each([
    [31, 17, 3, 0.1],
    [31, 17, 8, 0.9],
    [5, 40, 4, 0.02],
    [3, 3, 6, 1],
    [9, 1, 2, 0.5],
  ])('equals the plain sums on %i × %i with radius %i, %f of them wanted', (width, height, radius, share) => {
    const planes = [noise(width * height, 3), noise(width * height, 4)];
    const wanted = Uint8Array.from(noise(width * height, 9), (value) => (value < share ? 1 : 0));
    const window = new SlidingWindow({ width, height }, planes.length, radius);
    // Twice, for what the first run leaves behind.
    for (let run = 0; run < 2; run++) {
      const taken: number[] = [];
      window.run({
        wanted,
        fill: (values, pixel, count) => {
          for (let n = 0; n < 2 * count; n++) values[n] = planes[n % 2]![pixel + (n >> 1)]!;
        },
        take: (sums, pixel) => {
          taken.push(pixel);
          planes.forEach((plane, n) => expect(sums[n]).toBeCloseTo(sumAround(plane, pixel), 5));
        },
      });
      expect(taken).toEqual([...wanted.keys()].filter((pixel) => wanted[pixel] === 1));
    }

    function sumAround(plane: Float32Array, pixel: number): number {
      let sum = 0;
      plane.forEach((value, i) => {
        const columns = Math.abs((i % width) - (pixel % width));
        const rows = Math.abs(Math.floor(i / width) - Math.floor(pixel / width));
        if (Math.max(columns, rows) <= radius) sum += value;
      });
      return sum;
    }
  });
});

describe('GuidedFilter', () => {
  const size = { width: 24, height: 20 };
  const pixels = size.width * size.height;
  const left = (i: number): boolean => i % size.width < 11;
  const picture = Uint8Array.from({ length: 3 * pixels }, (_, c) => {
    const i = Math.floor(c / 3);
    const grain = Math.round(6 * noise(1, i + 1)[0]!);
    return grain + (left(i) ? [200, 40, 60] : [50, 90, 160])[c % 3]!;
  });

  it('moves a boundary to where the colours change, following the sure pixels', () => {
    const p = Float32Array.from({ length: pixels }, (_, i) =>
      i % size.width < 9 ? 1 : i % size.width > 13 ? 0 : 0.5,
    );
    const model = allocateLinearModel(size);
    new GuidedFilter(size).fit(model, picture, p);
    const out = new Float32Array(pixels);
    applyLinearModel(out, model, picture);
    out.forEach((value, i) => {
      if (left(i)) expect(value).toBeGreaterThan(0.75);
      else expect(value).toBeLessThan(0.25);
    });
  });

  it('applies to the picture at twice the size as it does at its own', () => {
    const p = Float32Array.from({ length: pixels }, (_, i) => (left(i) ? 0.95 : 0.05));
    const model = allocateLinearModel(size);
    new GuidedFilter(size).fit(model, picture, p);
    const small = new Float32Array(pixels);
    applyLinearModel(small, model, picture);
    const full = { width: 48, height: 40 };
    const large = new Uint8Array(3 * 48 * 40);
    for (let i = 0; i < 48 * 40; i++) {
      const from = (Math.floor(i / 48) >> 1) * size.width + ((i % 48) >> 1);
      for (let c = 0; c < 3; c++) large[3 * i + c] = picture[3 * from + c]!;
    }
    const out = new Float32Array(48 * 40);
    applyLinearModelFull(out, model, large, full, size);
    for (let i = 0; i < pixels; i++) {
      const x = 2 * (i % size.width);
      const y = 2 * Math.floor(i / size.width);
      const mean =
        (out[y * 48 + x]! + out[y * 48 + x + 1]! + out[(y + 1) * 48 + x]! + out[(y + 1) * 48 + x + 1]!) / 4;
      expect(Math.abs(mean - small[i]!)).toBeLessThan(0.05);
    }
  });
});
