import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../fixtures/random.js';
import { solveCholesky } from '../../src/trimap/cholesky.js';
import { allocateWidenScratch, discUnion } from '../../src/trimap/widen.js';

describe('discUnion', () => {
  it('marks what the discs cover, as trying every disc does', () => {
    const size = { width: 23, height: 17 };
    const scratch = allocateWidenScratch(size);
    for (const seed of [1, 2, 3, 4]) {
      const random = seededRandom(seed);
      const radius = Float32Array.from({ length: 23 * 17 }, () =>
        random.between(0, 1) < 0.96 ? -1 : random.between(0, 5),
      );
      const seen = new Uint8Array(radius.length);
      discUnion(seen, radius, size, scratch);
      const expected = seen.map((_, i) =>
        radius.some(
          (r, m) =>
            r >= 0 && ((i % 23) - (m % 23)) ** 2 + (Math.floor(i / 23) - Math.floor(m / 23)) ** 2 <= r * r,
        )
          ? 1
          : 0,
      );
      expect(seen).toEqual(expected);
    }
  });

  it('marks nothing without discs', () => {
    const size = { width: 5, height: 4 };
    const seen = new Uint8Array(20).fill(1);
    discUnion(seen, new Float32Array(20).fill(-1), size, allocateWidenScratch(size));
    expect(Math.max(...seen)).toBe(0);
  });
});

describe('solveCholesky', () => {
  it('solves positive definite systems', () => {
    const random = seededRandom(5);
    const n = 10;
    const root = Float64Array.from({ length: n * n }, () => random.bell());
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        for (let k = 0; k < n; k++) matrix[i * n + j]! += root[i * n + k]! * root[j * n + k]!;
    const x = Float64Array.from({ length: n }, () => random.bell());
    const vector = x.map((_, i) => x.reduce((sum, value, j) => sum + matrix[i * n + j]! * value, 0));
    expect(solveCholesky(matrix, vector)).toBe(true);
    vector.forEach((value, i) => expect(value).toBeCloseTo(x[i]!, 6));
  });

  it('says when there is no such system', () => {
    expect(solveCholesky(Float64Array.of(1, 0, 2, 1), Float64Array.of(1, 1))).toBe(false);
  });
});
