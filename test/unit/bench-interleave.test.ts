import { describe, expect, it } from 'vitest';
import { interleave, ratio, spread } from '../../bench/interleave.js';

describe('interleave', () => {
  it('takes turns, backwards every second round, and keeps no warm-up', async () => {
    const order: string[] = [];
    const variant = (name: string) => () => {
      order.push(name);
      return Promise.resolve(order.length);
    };
    const runs = await interleave({ a: variant('a'), b: variant('b') }, { rounds: 3, warmUps: 1 });
    expect(order.join(' ')).toBe('b a a b b a a b');
    expect(runs).toEqual({ a: [3, 6, 7], b: [4, 5, 8] });
  });

  it('never has two variants under way', async () => {
    let busy = 0;
    const variant = async (): Promise<number> => {
      busy += 1;
      await new Promise((resolve) => setTimeout(resolve, 1));
      const seen = busy;
      busy -= 1;
      return seen;
    };
    const runs = await interleave({ a: variant, b: variant, c: variant }, { rounds: 2 });
    expect(Object.values(runs).flat()).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('refuses to measure nothing', async () => {
    await expect(interleave({}, { rounds: 0 })).rejects.toThrow(RangeError);
  });
});

describe('spread', () => {
  it('has the middle value, or the mean of the two', () => {
    expect(spread([10, 9, 1])).toEqual({ median: 9, least: 1, most: 10 });
    expect(spread([4, 1, 2, 100])).toEqual({ median: 3, least: 1, most: 100 });
    expect(() => spread([])).toThrow(RangeError);
  });
});

describe('ratio', () => {
  it('is taken within each round, so that a slow round changes nothing', () => {
    expect(ratio([2, 200, 4], [1, 100, 2])).toEqual({ median: 2, least: 2, most: 2 });
    expect(() => ratio([1], [1, 2])).toThrow(RangeError);
  });
});
