import { describe, expect, it } from 'vitest';
import { allocatePackLoops, STRIP } from '../../src/output/pack-loops.js';

const loops = allocatePackLoops();

describe('widen', () => {
  it.each([1, 2, 8])('shifts every byte by %i bits', (bits) => {
    loops.bytes.set(Uint8Array.from({ length: STRIP }, (_, i) => (i * 37) & 255));
    loops.widen(STRIP, bits);
    expect(loops.words).toEqual(Uint16Array.from(loops.bytes, (value) => value << bits));
  });
});

describe('quantise', () => {
  /** What one sample becomes, by the definition. */
  const quantised = (share: number, peak: number): number =>
    share > 0 ? (share < 1 ? Math.floor(share * peak + 0.5) : peak) : 0;

  it.each([255, 1023, 65535])('rounds to nearest of 0..%i as double precision does', (peak) => {
    // Of every value in turn: the float nearest to the border between two results, and its neighbours.
    for (let from = 0; from < peak; from += STRIP / 4) {
      const bits = new Int32Array(loops.floats.buffer, loops.floats.byteOffset, STRIP);
      for (let i = 0; i < STRIP; i += 1) {
        loops.floats[i] = (from + (i >> 2) + 0.5) / peak;
        bits[i]! += (i & 3) - 1;
      }
      loops.quantise(STRIP, peak);
      expect(loops.words).toEqual(Uint16Array.from(loops.floats, (share) => quantised(share, peak)));
    }
  });

  it('holds what lies beyond, and makes holes of what is no number', () => {
    const odd = [0, -0, 1, 1.0001, 7, Infinity, -Infinity, -0.2, -3e-9, NaN, 1e-40, 0.99999994, 3e9];
    loops.floats.set(odd);
    loops.quantise(odd.length, 1023);
    const expected = Array.from(Float32Array.from(odd), (share) => quantised(share, 1023));
    expect([...loops.words.subarray(0, odd.length)]).toEqual(expected);
  });
});

it('takes any count, the last group filled up', () => {
  loops.words.fill(9);
  loops.bytes.fill(3);
  loops.widen(21, 2);
  expect([...loops.words.subarray(0, 21)]).toEqual(Array<number>(21).fill(12));
  expect([...loops.words.subarray(24)]).toEqual(Array<number>(STRIP - 24).fill(9));
});
