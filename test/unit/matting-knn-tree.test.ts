import { describe, expect, it } from 'vitest';
import { allocateNeighbours, buildTree, findNearest } from '../../src/matting/knn-tree.js';
import { randomNumbers } from '../support/matting-frames.js';

/** Every point's neighbours by sorting all others: nearer first, of equally near ones the lower number. */
function sorted(points: Float32Array, dimensions: number, of: number, count: number): number[] {
  const square = (other: number): number =>
    Array.from(
      { length: dimensions },
      (_, k) => points[dimensions * of + k]! - points[dimensions * other + k]!,
    )
      .map((difference) => difference * difference)
      .reduce((sum, value) => sum + value, 0);
  return Array.from({ length: points.length / dimensions }, (_, n) => n)
    .filter((n) => n !== of)
    .sort((a, b) => square(a) - square(b) || a - b)
    .slice(0, count);
}

function found(points: Float32Array, dimensions: number, count: number): Map<number, number[]> {
  const tree = buildTree(points, dimensions);
  const neighbours = allocateNeighbours(count);
  const all = new Map<number, number[]>();
  tree.order.forEach((number, place) => {
    findNearest(neighbours, tree, place);
    all.set(number, [...neighbours.numbers]);
  });
  return all;
}

describe('the k-d tree', () => {
  const random = randomNumbers(3);
  const clouds: Record<string, () => number> = {
    'spread evenly': random,
    'on a coarse lattice, so that many are equally near': () => Math.floor(4 * random()) / 4,
    'in few clumps': () => Math.floor(3 * random()) + 0.01 * random(),
    'all in one place': () => 0.5,
  };
  for (const [name, draw] of Object.entries(clouds)) {
    it.each([
      { count: 400, dimensions: 5, nearest: 10 },
      { count: 97, dimensions: 2, nearest: 1 },
      { count: 11, dimensions: 6, nearest: 10 },
      { count: 2, dimensions: 3, nearest: 1 },
    ])(`finds what sorting finds: $count points ${name}`, ({ count, dimensions, nearest }) => {
      const points = Float32Array.from({ length: count * dimensions }, draw);
      const all = found(points, dimensions, nearest);
      expect(all.size).toBe(count);
      for (const [number, neighbours] of all)
        expect(neighbours).toEqual(sorted(points, dimensions, number, nearest));
    });
  }

  it('holds a single point', () => {
    expect(found(Float32Array.of(1, 2), 2, 0)).toEqual(new Map([[0, []]]));
  });
});
