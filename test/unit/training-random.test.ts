import { describe, expect, it } from 'vitest';
import { Random } from '../../src/training/random.js';

const draw = (random: Random, count = 8): number[] => Array.from({ length: count }, () => random.uniform());

describe('Random', () => {
  it('repeats itself for the same seed, and differs for another', () => {
    expect(draw(new Random(5))).toEqual(draw(new Random(5)));
    expect(draw(new Random(5))).not.toEqual(draw(new Random(6)));
    expect(draw(new Random(5))).not.toEqual(draw(new Random('5')));
    expect(draw(new Random(2 ** 32))).not.toEqual(draw(new Random(0)));
  });

  it('yields these numbers on every machine', () => {
    const random = new Random(2017);
    expect(Array.from({ length: 3 }, () => random.integer(1000))).toMatchInlineSnapshot(`
      [
        326,
        638,
        837,
      ]
    `);
    expect(new Random('hair').fork(7).integer(2 ** 32)).toMatchInlineSnapshot(`4219570723`);
  });

  it('forks by label alone, whatever was drawn before', () => {
    const [fresh, used] = [new Random(5), new Random(5)];
    draw(used);
    expect(draw(used.fork('crop'))).toEqual(draw(fresh.fork('crop')));
    const streams = [
      fresh,
      fresh.fork('crop'),
      fresh.fork('flip'),
      fresh.fork(1),
      fresh.fork('crop').fork(1),
    ];
    const firsts = new Set(streams.map((stream) => stream.uniform()));
    expect(firsts.size).toBe(streams.length);
  });

  it('is uniform: of 16 bins by 20,000 numbers none is far off, in a stream and across forks', () => {
    const count = 20_000;
    const chiSquare = (numbers: (i: number) => number): number => {
      const bins = new Array<number>(16).fill(0);
      for (let i = 0; i < count; i++) bins[Math.floor(16 * numbers(i))]! += 1;
      const expected = count / 16;
      return bins.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    };
    const random = new Random(1);
    // 15 degrees of freedom: 44.3 is passed once in 10,000 times.
    expect(chiSquare(() => random.uniform())).toBeLessThan(44.3);
    expect(chiSquare((i) => random.fork(i).uniform())).toBeLessThan(44.3);
  });

  it('draws normal numbers of mean 0 and deviation 1, and a few beyond 3', () => {
    const random = new Random(2);
    const numbers = Array.from({ length: 20_000 }, () => random.normal());
    const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    const far = numbers.filter((x) => Math.abs(x) > 3).length;
    expect(far).toBeGreaterThan(20);
    expect(far).toBeLessThan(110);
  });

  it('keeps to the ranges asked for', () => {
    const random = new Random(3);
    const picks = new Set(Array.from({ length: 200 }, () => random.pick(['a', 'b', 'c'])));
    expect([...picks].sort()).toEqual(['a', 'b', 'c']);
    const numbers = Array.from({ length: 1000 }, () => random.uniform(-2, 3));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...numbers)).toBeLessThan(3);
    expect(Array.from({ length: 1000 }, () => random.chance(0.1)).filter(Boolean).length).toBeLessThan(150);
    expect(random.chance(0)).toBe(false);
    expect(random.chance(1)).toBe(true);
  });

  it.each([-1, 0.5, NaN, 2 ** 53])('refuses %d as a seed', (seed) => {
    expect(() => new Random(seed)).toThrow(RangeError);
    expect(() => new Random(1).fork(seed)).toThrow(RangeError);
  });

  it('refuses to choose from nothing', () => {
    expect(() => new Random(1).pick([])).toThrow(RangeError);
  });
});
