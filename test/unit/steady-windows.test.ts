import { from, lastValueFrom, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { allocateFrame, Frame, viewPlanes } from '../../src/core/frame.js';
import { steadyAlpha, steadyStrength } from '../../src/pipeline/steady.js';
import { formatOf } from '../support/matting-frames.js';

function frameAt(index: number): Frame {
  const memory = allocateFrame(formatOf(1, 1), 0);
  const timestamp = { ticks: index, timeBase: { num: 1, den: 24 } };
  return new Frame(
    { memory, planes: viewPlanes(memory), giveBack: () => undefined },
    { index, number: index, timestamp },
  );
}

/** What is asked of the thread for some frames, in order, and when each frame is passed on. */
async function eventsOf(indices: readonly number[], ends: readonly number[] = []): Promise<string[]> {
  const events: string[] = [];
  const steadier = {
    take: ({ index }: Frame, begins: boolean) =>
      Promise.resolve(void events.push(`${begins ? 'begin' : 'take'} ${index}`)),
    steady: ({ index }: Frame) => Promise.resolve(void events.push(`steady ${index}`)),
  };
  const run = from(indices.map(frameAt)).pipe(
    steadyAlpha(steadier, (index) => ends.includes(index)),
    tap(({ index }) => events.push(`out ${index}`)),
    toArray(),
  );
  expect((await lastValueFrom(run)).map(({ index }) => index)).toEqual(indices);
  return events.filter((event) => !event.startsWith('out') || ends.length === 0);
}

describe('steadyAlpha', () => {
  it('filters a frame when the next one has been taken in, and the last one at the end', async () => {
    expect(await eventsOf([0, 1, 2])).toEqual([
      ...['begin 0', 'take 1', 'steady 0', 'out 0'],
      ...['take 2', 'steady 1', 'out 1', 'steady 2', 'out 2'],
    ]);
  });

  it('looks over no border of a window', async () => {
    expect(await eventsOf([0, 1, 2, 3], [1])).toEqual([
      ...['begin 0', 'take 1', 'steady 0', 'steady 1'],
      ...['begin 2', 'take 3', 'steady 2', 'steady 3'],
    ]);
  });

  it('begins anew where frames do not follow one another', async () => {
    expect(await eventsOf([4, 5, 8])).toEqual([
      ...['begin 4', 'take 5', 'steady 4', 'out 4'],
      ...['steady 5', 'begin 8', 'out 5', 'steady 8', 'out 8'],
    ]);
  });

  it('fails with what the thread fails with', async () => {
    const steadier = { take: () => Promise.reject(new Error('lost')), steady: () => Promise.resolve() };
    const run = from([frameAt(0)]).pipe(steadyAlpha(steadier, () => false));
    await expect(lastValueFrom(run)).rejects.toThrow('lost');
  });
});

describe('steadyStrength', () => {
  it('refuses what is out of range, and a run of one frame', () => {
    expect(steadyStrength({}, 1)).toBeUndefined();
    expect(steadyStrength({ steady: 4 }, 2)).toBe(4);
    for (const steady of [0, -1, 4.1, NaN]) {
      expect(() => steadyStrength({ steady }, 9)).toThrow(
        expect.objectContaining({ code: 'USAGE' }) as Error,
      );
    }
    expect(() => steadyStrength({ steady: 1 }, 1)).toThrow(/one frame/);
  });
});
