import { describe, expect, it } from 'vitest';
import { ERROR_SCALE, scaleStops, SCALE_TOP } from '../../src/evaluation/report/colour-scale.js';
import { paintError, unknownError } from '../../src/evaluation/report/error-map.js';
import { worstPlace, worstPlaces, type Place } from '../../src/evaluation/report/worst-place.js';

const entry = (i: number): number[] => [...ERROR_SCALE.slice(3 * i, 3 * i + 3)];

/** Lightness, a and b of CIE 1976 (D65), a space that the scale was not made in. */
function cieLab(rgb: readonly number[]): [number, number, number] {
  const [r, g, b] = rgb.map((code) => {
    const value = code / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const cubeRoot = (t: number): number =>
    t > 216 / 24389 ? Math.cbrt(t) : (t * 24389) / 27 / 116 + 16 / 116;
  const x = cubeRoot((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = cubeRoot(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = cubeRoot((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

describe('the scale of errors', () => {
  it('grows lighter from near black to near white', () => {
    const lightness = Array.from({ length: 256 }, (_, i) => cieLab(entry(i))[0]);
    expect(lightness[0]).toBeLessThan(10);
    expect(lightness[255]).toBeGreaterThan(90);
    // Neighbours may round to the same lightness; eight steps on it has grown.
    for (let i = 8; i < 256; i++) expect(lightness[i]).toBeGreaterThan(lightness[i - 8]!);
  });

  it('ends its legend with its own ends', () => {
    const stops = scaleStops(5);
    expect(stops).toHaveLength(5);
    expect(stops[0]).toBe(`rgb(${entry(0).join(' ')})`);
    expect(stops[4]).toBe(`rgb(${entry(255).join(' ')})`);
  });
});

describe('paintError', () => {
  const trimap = Uint8Array.of(0, 255, 128, 1, 254);
  const truth = Float32Array.of(0, 1, 0.5, 0.25, 0.1);
  const alpha = Float32Array.of(1, 0, 0.5, 0.5, 0.9);
  const error = unknownError(alpha, truth, trimap);

  it('takes differences where alpha was unknown', () => {
    expect([...error]).toEqual([0, 0, 0, 0.25, Math.fround(Math.fround(0.9) - Math.fround(0.1))]);
  });

  it('shows them in the colours of the scale, and nothing elsewhere', () => {
    const pixel = (i: number): number[] => [...paintError(error, trimap).slice(4 * i, 4 * i + 4)];
    expect(pixel(0)[3]).toBe(0);
    expect(pixel(1)[3]).toBe(0);
    expect(pixel(2)).toEqual([...entry(0), 255]);
    expect(pixel(3)).toEqual([...entry(Math.round((255 * 0.25) / SCALE_TOP)), 255]);
    expect(pixel(4)).toEqual([...entry(255), 255]);
  });
});

describe('worstPlace', () => {
  it('finds the window that adding up every window finds', () => {
    const size = { width: 150, height: 141 };
    const error = Float32Array.from(
      { length: size.width * size.height },
      (_, i) => ((i * 7919) % 1013) / 1013,
    );
    expect(worstPlace(error, size)).toEqual(slowWorstPlace(error, size));
  });

  it('takes what there is of a smaller picture', () => {
    const error = new Float32Array(40 * 200);
    error[40 * 180 + 7] = 0.5;
    expect(worstPlace(error, { width: 40, height: 200 })).toEqual({
      left: 0,
      top: 53,
      width: 40,
      height: 128,
    });
  });

  it('has nothing to show where there is no error', () => {
    expect(worstPlace(new Float32Array(200 * 200), { width: 200, height: 200 })).toBeUndefined();
  });
});

describe('worstPlaces', () => {
  const size = { width: 400, height: 400 };
  const spot = (x: number, y: number): Float32Array => {
    const error = new Float32Array(size.width * size.height);
    error[size.width * y + x] = 1;
    return error;
  };

  it('shows methods that do worst at nearly the same place there, others elsewhere', () => {
    const errors = new Map([
      ['a', spot(300, 300)],
      ['b', spot(310, 320)],
      ['c', spot(130, 130)],
      ['exact', new Float32Array(size.width * size.height)],
    ]);
    const { places, placeOf } = worstPlaces(errors, size);
    expect(places).toHaveLength(2);
    expect([...placeOf]).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 1],
    ]);
  });
});

function slowWorstPlace(error: Float32Array, { width, height }: { width: number; height: number }): Place {
  let most = 0;
  let worst = { left: 0, top: 0, width: 128, height: 128 };
  for (let top = 0; top + 128 <= height; top++) {
    for (let left = 0; left + 128 <= width; left++) {
      let sum = 0;
      for (let y = top; y < top + 128; y++) {
        for (let x = left; x < left + 128; x++) sum += error[y * width + x]!;
      }
      if (sum > most + 1e-4) {
        most = sum;
        worst = { left, top, width: 128, height: 128 };
      }
    }
  }
  return worst;
}
