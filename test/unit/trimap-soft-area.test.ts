import { expect, it } from 'vitest';
import { allocateJoinScratch, joinSoftAreas, softPixels } from '../../src/trimap/soft-area.js';

const size = { width: 80, height: 60 };
const half = { width: 40, height: 30 };

/** A subject on the left; soft areas are columns beside it. */
const probability = Float32Array.from({ length: 80 * 60 }, (_, i) => (i % 80 < 20 ? 0.9 : 0.1));
const columns = (first: number, end: number): Float32Array =>
  Float32Array.from({ length: 40 * 30 }, (_, i) => (i % 40 >= first && i % 40 < end ? 0.9 : 0.1));

function joined(one: Float32Array, other: Float32Array, painted: number, of = probability): Float32Array {
  const dst = one.slice();
  joinSoftAreas(dst, other, of, size, { painted, scratch: allocateJoinScratch(size) });
  return dst;
}

it('keeps all that two soft areas cover while that is what was painted', () => {
  expect(joined(columns(8, 18), columns(9, 19), 10 * half.height)).toEqual(columns(8, 19));
});

it('keeps what is nearest to the subject where they cover more than was painted', () => {
  const both = joined(columns(8, 18), columns(18, 28), 10 * half.height);
  expect(softPixels(both)).toBe(11 * half.height);
  expect(softPixels(both.map((value, i) => (i % half.width < 19 ? value : 0)))).toBe(11 * half.height);
});

it('keeps all where no subject is in sight', () => {
  const nobody = new Float32Array(probability.length);
  expect(joined(columns(8, 18), columns(18, 28), 10 * half.height, nobody)).toEqual(columns(8, 28));
});
