import { describe, expect, it } from 'vitest';
import { Random } from '../../src/training/random.js';
import { Coverage } from '../../src/training/synthesis/coverage.js';

type Polygon = readonly (readonly [number, number])[];

function coverageOf(side: number, polygons: readonly Polygon[]): Float64Array {
  const coverage = new Coverage(side);
  for (const polygon of polygons) {
    for (const [i, [x, y]] of polygon.entries()) {
      const [nextX, nextY] = polygon[(i + 1) % polygon.length]!;
      coverage.edge(x, y, nextX, nextY);
    }
  }
  const out = new Float64Array(side * side);
  coverage.drain((row, from, to, values, offset) => {
    for (let x = from; x < to; x++) out[row * side + x] = values[offset + x]!;
  });
  return out;
}

/** The share of n × n points of each cell whose winding number is not 0. */
function sampledCoverage(side: number, polygons: readonly Polygon[], n: number): Float64Array {
  const winding = (x: number, y: number): number => {
    let turns = 0;
    for (const polygon of polygons) {
      for (const [i, [x0, y0]] of polygon.entries()) {
        const [x1, y1] = polygon[(i + 1) % polygon.length]!;
        if (y0 <= y === y1 <= y) continue;
        if (x0 + ((y - y0) / (y1 - y0)) * (x1 - x0) < x) turns += y1 > y0 ? 1 : -1;
      }
    }
    return turns;
  };
  return Float64Array.from({ length: side * side }, (_, cell) => {
    let inside = 0;
    for (let k = 0; k < n * n; k++) {
      const x = (cell % side) + ((k % n) + 0.5) / n;
      const y = Math.floor(cell / side) + (Math.floor(k / n) + 0.5) / n;
      if (winding(x, y) !== 0) inside += 1;
    }
    return inside / (n * n);
  });
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

describe('coverage of polygons', () => {
  it('is the area inside, as counted with 64 × 64 points a cell', () => {
    const random = new Random(7);
    for (let round = 0; round < 12; round++) {
      const corners = 3 + random.integer(6);
      const turn = random.uniform(0, 6);
      // Round a centre: a simple polygon, with corners as far as the border.
      const polygon: Polygon = Array.from({ length: corners }, (_, k) => {
        const angle = turn + (2 * Math.PI * k) / corners;
        const radius = random.uniform(0.3, 5);
        return [5.3 + radius * Math.cos(angle), 4.9 + radius * Math.sin(angle)];
      });
      expect(largestDifference(coverageOf(11, [polygon]), sampledCoverage(11, [polygon], 64))).toBeLessThan(
        0.02,
      );
    }
  });

  it('of a sliver is its width', () => {
    const [left, right] = [2.3, 2.4];
    const strip: Polygon = [
      [left, 0],
      [right, 0],
      [right, 4],
      [left, 4],
    ];
    const values = coverageOf(4, [strip]);
    for (let y = 0; y < 4; y++)
      expect([...values.subarray(4 * y, 4 * y + 4)].map((v) => v.toFixed(6))).toEqual([
        '0.000000',
        '0.000000',
        '0.100000',
        '0.000000',
      ]);
  });

  it('unites polygons that turn the same way and cuts out those that turn the other', () => {
    const square = (low: number, high: number): [number, number][] => [
      [low, low],
      [high, low],
      [high, high],
      [low, high],
    ];
    const united = coverageOf(8, [square(1, 5), square(3, 7)]);
    expect(united[4 * 8 + 4]).toBe(1);
    expect(united.reduce((sum, v) => sum + v)).toBeCloseTo(16 + 16 - 4, 4);
    const ring = coverageOf(8, [square(1, 7), square(3, 5).reverse()]);
    expect(ring.reduce((sum, v) => sum + v)).toBeCloseTo(36 - 4, 4);
  });

  it('goes past the border on every side', () => {
    const across: Polygon = [
      [-3, 2.5],
      [20, 2.5],
      [20, 3.5],
      [-3, 3.5],
    ];
    const values = coverageOf(6, [across]);
    for (let x = 0; x < 6; x++) {
      expect(values[2 * 6 + x]).toBeCloseTo(0.5, 5);
      expect(values[3 * 6 + x]).toBeCloseTo(0.5, 5);
    }
    expect(values.reduce((sum, v) => sum + v)).toBeCloseTo(6, 4);
  });

  it('is empty again once drained', () => {
    const coverage = new Coverage(4);
    coverage.edge(1, 0, 1, 4);
    coverage.edge(3, 4, 3, 0);
    coverage.drain(() => undefined);
    let rows = 0;
    coverage.drain(() => (rows += 1));
    expect(rows).toBe(0);
  });
});
