import { describe, expect, it } from 'vitest';
import { pacingOf } from '../../src/ingest/pacing.js';
import { selectRange } from '../../src/ingest/range.js';
import { shiftTimecode } from '../../src/ingest/timecode.js';

const NTSC = { num: 30_000, den: 1001 };

/** Counts drop-frame labels one by one, as a person would. */
function nextLabel(label: string, rate: number): string {
  const [h, m, s, f] = label.split(/[:;]/).map(Number) as [number, number, number, number];
  const dropped = rate / 15;
  let [hours, minutes, seconds, frames] = [h, m, s, f + 1];
  if (frames === rate) [seconds, frames] = [seconds + 1, 0];
  if (seconds === 60) [minutes, seconds] = [minutes + 1, 0];
  if (minutes === 60) [hours, minutes] = [hours + 1, 0];
  if (seconds === 0 && frames === 0 && minutes % 10 !== 0) frames = dropped;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(hours % 24)}:${two(minutes)}:${two(seconds)};${two(frames)}`;
}

describe('shiftTimecode', () => {
  it('counts plain frames', () => {
    expect(shiftTimecode('01:00:00:20', 13, { num: 25, den: 1 })).toBe('01:00:01:08');
    expect(shiftTimecode('23:59:59:23', 1, { num: 24, den: 1 })).toBe('00:00:00:00');
    expect(shiftTimecode('10:00:00:00', 86_400, { num: 24_000, den: 1001 })).toBe('11:00:00:00');
  });

  it.each([
    [30, NTSC],
    [60, { num: 60_000, den: 1001 }],
  ])('leaves out what drop-frame leaves out at %i', (rate, frameRate) => {
    let label = '00:58:30;00';
    for (let frames = 0; frames < 12 * 60 * rate; frames++) {
      if (frames % 7 === 0 || label.includes(':00;'))
        expect(shiftTimecode('00:58:30;00', frames, frameRate)).toBe(label);
      label = nextLabel(label, rate);
    }
  });

  it('gives nothing for what is no timecode', () => {
    expect(shiftTimecode('soon', 1, NTSC)).toBeUndefined();
  });
});

describe('pacingOf', () => {
  const milliseconds = { num: 1, den: 1000 };
  const rounded = Array.from({ length: 500 }, (_, i) => Math.round((i * 1001) / 30));

  it('sees a constant rate behind rounded times', () => {
    const rates = { nominalRate: NTSC, averageRate: { num: 2997, den: 100 } };
    expect(pacingOf(rounded, milliseconds, rates)).toEqual({ frameRate: NTSC, constantRate: true });
    expect(pacingOf(rounded, milliseconds, { averageRate: NTSC })).toEqual({
      frameRate: NTSC,
      constantRate: true,
    });
  });

  it('sees one frame that is late, and slow drift', () => {
    const late = rounded.map((tick, i) => (i < 250 ? tick : tick + 20));
    expect(pacingOf(late, milliseconds, { nominalRate: NTSC }).constantRate).toBe(false);
    const slower = { num: 29_900, den: 1001 };
    expect(pacingOf(rounded, milliseconds, { nominalRate: slower }).constantRate).toBe(false);
  });

  it('asks for exact times where a tick is a frame', () => {
    const timeBase = { num: 1, den: 25 };
    const rates = { nominalRate: { num: 25, den: 1 } };
    expect(pacingOf([0, 1, 2, 3], timeBase, rates).constantRate).toBe(true);
    expect(pacingOf([0, 1, 3, 4], timeBase, rates).constantRate).toBe(false);
  });

  it('promises nothing without times', () => {
    expect(pacingOf(undefined, milliseconds, { averageRate: NTSC })).toEqual({
      frameRate: NTSC,
      constantRate: false,
    });
  });
});

describe('selectRange', () => {
  const clip = { path: 'shot', firstNumber: 1001, frameCount: 10 };

  it('includes both ends', () => {
    expect(selectRange(undefined, clip)).toEqual({ skip: 0, count: 10 });
    expect(selectRange([1001, 1010], clip)).toEqual({ skip: 0, count: 10 });
    expect(selectRange([1005, 1005], clip)).toEqual({ skip: 4, count: 1 });
  });

  it.each([
    [1000, 1005],
    [1005, 1011],
    [1006, 1005],
    [1001.5, 1003],
    [Number.NaN, 1003],
  ])('refuses %d:%d', (a, b) => {
    expect(() => selectRange([a, b], clip)).toThrow(/1001 to 1010/);
  });
});
