import { describe, expect, it } from 'vitest';
import { suggestKeyframes } from '../../src/trimap/suggest.js';

const frames = (confidences: readonly number[], first = 0): { frame: number; confidence: number }[] =>
  confidences.map((confidence, n) => ({ frame: first + n, confidence }));

describe('suggestKeyframes', () => {
  it('goes where the doubt is', () => {
    const doubtful = Array.from({ length: 39 }, (_, n) => (n >= 24 && n <= 34 ? 0.4 : 0.95));
    const [best] = suggestKeyframes(frames(doubtful, 1), [0, 40], 1);
    expect(best).toBeGreaterThanOrEqual(25);
    expect(best).toBeLessThanOrEqual(35);
  });

  it('spreads its choices: one beside a chosen one helps little', () => {
    const chosen = suggestKeyframes(frames(Array<number>(59).fill(0.6), 1), [0, 60], 3).sort((a, b) => a - b);
    expect(chosen[1]! - chosen[0]!).toBeGreaterThan(8);
    expect(chosen[2]! - chosen[1]!).toBeGreaterThan(8);
  });

  it('closes an open end sooner than a gap of the same doubt', () => {
    const [best] = suggestKeyframes(frames(Array<number>(40).fill(0.6), 1), [0], 1);
    expect(best).toBeGreaterThan(18);
  });

  it('names no frame twice, none that is painted, and no more than there are', () => {
    const chosen = suggestKeyframes(frames([0.5, 0.5, 0.5], 1), [0, 4], 9);
    expect(chosen.sort((a, b) => a - b)).toEqual([1, 2, 3]);
    expect(suggestKeyframes([], [0], 2)).toEqual([]);
    expect(suggestKeyframes(frames([0, 0]), [], 2)).toHaveLength(2);
  });
});
