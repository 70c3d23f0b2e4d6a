import { describe, expect, it } from 'vitest';
import { halfBits, halfBytes } from '../../src/matting/engines/onnx/float16.js';
import { noise } from '../support/made-input.js';

/** What the bits stand for (IEEE 754-2019, table 3.5). */
function valueOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

const FINITE = Array.from({ length: 0x7c00 }, (_, bits) => bits);

describe('float16', () => {
  it('gives every float16 number back', () => {
    for (const bits of FINITE) {
      expect(halfBits(valueOf(bits))).toBe(bits);
      expect(halfBits(valueOf(bits | 0x8000))).toBe(bits | 0x8000);
    }
    expect(halfBits(Infinity)).toBe(0x7c00);
    expect(halfBits(1e10)).toBe(0x7c00);
    expect(valueOf(halfBits(NaN))).toBeNaN();
  });

  it('rounds what lies half way between two to the even one, and what lies off it to the nearer', () => {
    for (const bits of FINITE.slice(0, -1)) {
      const [low, high] = [valueOf(bits), valueOf(bits + 1)];
      const middle = (low + high) / 2;
      const step = (high - low) / 64;
      expect(halfBits(middle)).toBe(bits % 2 === 0 ? bits : bits + 1);
      expect(halfBits(middle - step)).toBe(bits);
      expect(halfBits(middle + step)).toBe(bits + 1);
    }
    // From half a step past the largest number on it is infinite.
    expect(halfBits(65519)).toBe(0x7bff);
    expect(halfBits(65520)).toBe(0x7c00);
  });

  it('errs by at most half a unit in the last place', () => {
    const values = noise(2000, 4).map((value) => (value - 0.5) * 20);
    const view = new DataView(halfBytes(values).buffer);
    values.forEach((value, i) => {
      const seen = valueOf(view.getUint16(2 * i, true));
      expect(Math.abs(seen - value)).toBeLessThanOrEqual(Math.max(2 ** -11 * Math.abs(value), 2 ** -25));
    });
  });
});
