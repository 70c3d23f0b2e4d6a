import { describe, expect, it } from 'vitest';
import type { FrameReport } from '../../src/pipeline/run-report.js';
import { isSpread, worthALook } from '../../src/pipeline/worth-a-look.js';

function frame(index: number, more: Partial<FrameReport> = {}): FrameReport {
  return { index, number: index + 1001, confidence: 1, unknown: 0.1, cut: false, held: false, ...more };
}

describe('worthALook', () => {
  it('takes the worst first, one of neighbours, six at most, and none where nothing is wrong', () => {
    const frames = Array.from({ length: 100 }, (_, index) => frame(index));
    expect(worthALook(frames)).toEqual({ unsure: [], flickering: [], cuts: [] });
    for (const [index, flicker] of [
      [40, 0.5],
      [42, 0.4],
      [3, 0.2],
      [90, 0.3],
      [45, 0.1],
    ] as const) {
      frames[index] = frame(index, { flicker, confidence: 1 - flicker });
    }
    expect(worthALook(frames).flickering).toEqual([40, 90, 3, 45]);
    expect(worthALook(frames).unsure).toEqual([40, 90, 3, 45]);
    const bad = frames.map(({ index }) => frame(index, { flicker: 0.1, cut: index % 10 === 1 }));
    expect(worthALook(bad).flickering).toEqual([0, 5, 10, 15, 20, 25]);
    expect(worthALook(bad).cuts).toEqual([1, 11, 21, 31, 41, 51]);
  });
});

describe('isSpread', () => {
  it.each([1, 5, 12, 13, 100, 20_000])(
    'chooses up to twelve of %i frames, the first among them',
    (frames) => {
      const chosen = Array.from({ length: frames }, (_, index) => index).filter((index) =>
        isSpread(index, frames),
      );
      expect(chosen[0]).toBe(0);
      expect(chosen.length).toBeLessThanOrEqual(12);
      expect(chosen.length).toBeGreaterThanOrEqual(Math.min(frames, 7));
    },
  );
});
