import { describe, expect, it } from 'vitest';
import { rational } from '../../src/core/rational.js';
import { concatList } from '../../src/output/segment-join.js';
import { cutSegments } from '../../src/output/segment.js';
import { differences } from '../../src/pipeline/run-identity.js';
import { batchEnds, spansOf } from '../../src/pipeline/spans.js';

describe('segments', () => {
  it('cover a run once', () => {
    expect(cutSegments(25, 10)).toEqual([
      { number: 0, first: 0, count: 10 },
      { number: 1, first: 10, count: 10 },
      { number: 2, first: 20, count: 5 },
    ]);
  });

  it('that are missing are spans of frames, neighbours as one', () => {
    const [a, b, c, d] = cutSegments(35, 10) as [never, never, never, never];
    expect(spansOf([a, c, d])).toEqual([
      { first: 0, count: 10 },
      { first: 20, count: 15 },
    ]);
    expect(spansOf([b])).toEqual([{ first: 10, count: 10 }]);
    expect(spansOf([])).toEqual([]);
  });

  it('end a batch with their last frame and at places counted from their first', () => {
    const ends = batchEnds(cutSegments(25, 10), 4);
    expect([...Array(25).keys()].filter(ends)).toEqual([3, 7, 9, 13, 17, 19, 23, 24]);
  });

  it('are listed with lengths that add up to their exact starts', () => {
    const segments = Array.from({ length: 400 }, (_, i) => ({ name: `${i}.mov`, ticks: 100 * 1001 * i }));
    const lengths = [
      ...concatList(segments, rational(1, 24000), rational(1, 24000)).matchAll(/duration (\S+)/g),
    ];
    expect(lengths.length).toBe(399);
    let start = 0;
    lengths.forEach(([, seconds], i) => {
      start += Math.round(1e6 * Number(seconds));
      expect(Math.abs(start - (1e6 * segments[i + 1]!.ticks) / 24000)).toBeLessThanOrEqual(0.5);
    });
    // Matroska's clock: whole milliseconds, as its packets' times are rounded.
    expect(concatList(segments.slice(0, 2), rational(1, 24000), rational(1, 1000))).toBe(
      'ffconcat version 1.0\nfile 0.mov\nduration 4.171000\nfile 1.mov\n',
    );
  });
});

describe('what differs between two runs', () => {
  it('is named, with its values unless they are hashes', () => {
    const before = { input: 'a'.repeat(64), tile: '1024', scale: 'auto' };
    const now = { input: 'b'.repeat(64), tile: '512', scale: 'auto', background: 'red' };
    expect(differences(before, now)).toEqual(['input', 'tile 1024, now 512', 'background none, now red']);
    expect(differences(before, before)).toEqual([]);
  });
});
