import { describe, expect, it } from 'vitest';
import { intervalName, intervalsOf, solvedCount } from '../../src/trimap/intervals.js';

const mark = (number: number, digest = `d${number}`): { number: number; digest: string } => ({
  number,
  digest,
});
const span = { first: 10, last: 20 };
const ends = (numbers: readonly number[]): [number, number, number][] =>
  intervalsOf(
    numbers.map((number) => mark(number)),
    span,
  ).map((interval) => [interval.first, interval.last, solvedCount(interval)]);

describe('intervalsOf', () => {
  it('cuts a span at its keyframes and leaves out what holds no frame', () => {
    expect(ends([13, 14, 18])).toEqual([
      [10, 13, 3],
      [14, 18, 3],
      [18, 20, 2],
    ]);
    expect(ends([10, 20])).toEqual([[10, 20, 9]]);
    expect(ends([15])).toEqual([
      [10, 15, 5],
      [15, 20, 5],
    ]);
  });

  it('names two intervals alike only when their keyframes are', () => {
    const names = (middle: string): string[] =>
      intervalsOf([mark(10), mark(15, middle), mark(20)], span).map(intervalName);
    expect(names('a')).toEqual(names('a'));
    for (const name of names('b')) expect(names('a')).not.toContain(name);
  });
});
