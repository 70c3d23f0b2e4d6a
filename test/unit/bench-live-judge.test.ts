import { describe, expect, it } from 'vitest';
import { growthPerMinute, judgePictures, type SeenPicture } from '../../bench/live-judge.js';
import { claps, SOUND_RATE, soundOffsets } from '../../bench/live-sound.js';
import { BOARD_WIDTH, boardLeft, CYCLE } from '../../bench/live-scene.js';

/** Frames drawn every 50 ms. */
const DRAWN = Array.from({ length: CYCLE + 100 }, (_, frame) => 1e6 + 50 * frame);

/** A frame's picture as it should be seen, some time after it was drawn. */
function seen(frame: number, latency: number, shift = 0): SeenPicture {
  const left = boardLeft(frame) + shift;
  return {
    at: DRAWN[frame]! + latency,
    time: 50 * frame,
    number: frame % CYCLE,
    left,
    right: left + BOARD_WIDTH - 1,
    thin: 0,
    beside: 0,
  };
}

describe('the pictures of a live run', () => {
  it('are timed by their numbers, after these have begun again too', () => {
    const pictures = [seen(10, 120), seen(12, 130), seen(CYCLE + 5, 140)];
    const { timed, ...counts } = judgePictures(pictures, DRAWN);
    expect(timed).toEqual(
      [120, 130, 140].map((latency, i) => ({ at: pictures[i]!.at, latency, origin: -DRAWN[0]! })),
    );
    expect(counts).toEqual({ misread: 0, disordered: 0, apart: 0 });
  });

  it('count for nothing when they cannot be read, or say what cannot be', () => {
    const unreadable = { ...seen(11, 100), number: -1 };
    const notYet = { ...seen(11, 100), number: 400 };
    const longGone = { ...seen(500, 100), number: 1 };
    const judged = judgePictures([seen(10, 120), unreadable, notYet, seen(12, 120), longGone], DRAWN);
    expect(judged).toMatchObject({
      timed: [{ latency: 120 }, { latency: 120 }],
      misread: 3,
      disordered: 0,
      apart: 0,
    });
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

describe('the sound of a live run', () => {
  it('claps every two seconds, whatever it is cut into', () => {
    const cuts = [0, 1000, 50_000, 50_000, 97_001, 230_000];
    const chunks = cuts.slice(1).map((to, k) => claps(cuts[k]!, to));
    const sound = new Int16Array(Uint8Array.from(Buffer.concat(chunks)).buffer);
    expect(sound).toHaveLength(230_000);
    const loud = [...sound.keys()].filter((at) => Math.abs(sound[at]!) > 8000);
    const onsets = loud.filter((at, k) => k === 0 || at - loud[k - 1]! > 1000);
    expect(onsets.map((at) => Math.floor((10 * at) / SOUND_RATE))).toEqual([0, 20, 40]);
  });

  it('is late by as much as it is heard after the pictures around it', () => {
    const begun = DRAWN[0]! - 10;
    const pictures = Array.from({ length: 200 }, (_, frame) => {
      const latency = 200 + 10 * (frame % 3);
      return { at: DRAWN[frame]! + latency, latency, origin: 7 - DRAWN[0]! };
    });
    const claps = [0, 1, 3].map((k) => ({ at: begun + 2000 * k + 210 + 5 * k, time: 2000 * k - 10 + 7 + k }));
    expect(soundOffsets(begun, claps, pictures)).toEqual([
      { sent: 0, heard: 0 },
      { sent: 1, heard: 5 },
      { sent: 3, heard: 15 },
    ]);
  });
});
