import { describe, expect, it } from 'vitest';
import { growthPerMinute, judgePictures, type SeenPicture } from '../../bench/live-judge.js';
import { BOARD_WIDTH, boardLeft, CYCLE } from '../../bench/live-scene.js';

/** Frames drawn every 50 ms. */
const DRAWN = Array.from({ length: CYCLE + 100 }, (_, frame) => 1e6 + 50 * frame);

/** A frame's picture as it should be seen, some time after it was drawn. */
function seen(frame: number, latency: number, shift = 0): SeenPicture {
  const left = boardLeft(frame) + shift;
  return { at: DRAWN[frame]! + latency, number: frame % CYCLE, left, right: left + BOARD_WIDTH - 1 };
}

describe('the pictures of a live run', () => {
  it('are timed by their numbers, after these have begun again too', () => {
    const pictures = [seen(10, 120), seen(12, 130), seen(CYCLE + 5, 140)];
    expect(judgePictures(pictures, DRAWN)).toEqual({
      ...{ latencies: [120, 130, 140], misread: 0, disordered: 0, apart: 0 },
    });
  });

  it('count for nothing when they cannot be read, or say what cannot be', () => {
    const unreadable = { ...seen(11, 100), number: -1 };
    const notYet = { ...seen(11, 100), number: 400 };
    const longGone = { ...seen(500, 100), number: 1 };
    const judged = judgePictures([seen(10, 120), unreadable, notYet, seen(12, 120), longGone], DRAWN);
    expect(judged).toEqual({ latencies: [120, 120], misread: 3, disordered: 0, apart: 0 });
  });

  it('are found out when they come late, or their alpha is of another frame', () => {
    const pictures = [seen(20, 100), seen(19, 200), seen(21, 100, 4), seen(22, 100, 2)];
    expect(judgePictures(pictures, DRAWN)).toMatchObject({ misread: 0, disordered: 1, apart: 1 });
    const oneEdge = { ...seen(23, 100), left: seen(23, 100).left - 6 };
    expect(judgePictures([oneEdge], DRAWN)).toMatchObject({ apart: 0 });
  });

  it('leave memory growing by its slope, whatever its noise', () => {
    const values = Array.from({ length: 120 }, (_, second) => 300 + second / 20 + (second % 2));
    expect(growthPerMinute(values)).toBeCloseTo(3, 1);
    expect(growthPerMinute([5])).toBe(0);
  });
});
