import { describe, expect, it } from 'vitest';
import { fitLine } from '../../bench/line-fit.js';
import { treeMegabytes } from '../../bench/tree-memory.js';

describe('a fitted line', () => {
  it('is the line itself where points lie on one', () => {
    const { slope, error } = fitLine([1, 2, 5, 9].map((x) => [x, 3 - 2 * x] as const));
    expect(slope).toBeCloseTo(-2, 12);
    expect(error).toBeCloseTo(0, 12);
  });

  it('has the slope and the error of the textbook’s formulas', () => {
    const { slope, error } = fitLine([
      [0, 1],
      [1, 0],
      [2, 3],
      [3, 2],
    ]);
    // Sums of squares: x 5, x·y 3; residuals 3.2 on two degrees of freedom.
    expect(slope).toBeCloseTo(0.6, 12);
    expect(error).toBeCloseTo(Math.sqrt(3.2 / 2 / 5), 12);
  });
});

describe.runIf(process.platform === 'linux')('the memory of a tree of processes', () => {
  it('grows by what is written to, and is nothing where there is no process', async () => {
    const before = await treeMegabytes(process.pid);
    const block = Buffer.alloc(200 * 2 ** 20, 1);
    const more = (await treeMegabytes(process.pid)) - before;
    expect(block.at(-1)).toBe(1);
    expect(more).toBeGreaterThan(150);
    expect(await treeMegabytes(2 ** 22 + 1)).toBe(0);
  });
});
