import { describe, expect, it } from 'vitest';
import { exactRate } from '../../src/cli/values.js';
import { checkTimecode } from '../../src/output/start-timecode.js';

const [film, ntsc, double] = [
  { num: 24, den: 1 },
  { num: 30000, den: 1001 },
  { num: 60000, den: 1001 },
];

describe('a timecode', () => {
  it.each([
    ['01:00:00:00', film],
    ['23:59:59:23', film],
    ['01:00:00;00', ntsc],
    ['00:01:00;02', ntsc],
    ['00:10:00;00', ntsc],
    ['00:01:00;04', double],
  ])('%s exists', (timecode, rate) => expect(checkTimecode(timecode, rate)).toBe(timecode));

  it.each([
    ['1:00:00:00', film],
    ['24:00:00:00', film],
    ['01:00:00:24', film],
    ['01:00:00;00', film],
    ['00:01:00;01', ntsc],
    ['00:01:00;03', double],
    ['01:60:00:00', ntsc],
  ])('%s does not', (timecode, rate) => {
    expect(() => checkTimecode(timecode, rate)).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
  });
});

describe('a rate', () => {
  it.each([
    ['24', film],
    ['23.976', { num: 24000, den: 1001 }],
    ['29.97', ntsc],
    ['60000/1001', double],
  ])('%s is exact', (text, rate) => expect(exactRate(text)).toEqual(rate));

  it.each(['0', '24.5', '1001', 'fast', '-24'])('%s is none', (text) => {
    expect(() => exactRate(text)).toThrow(/rate/);
  });
});
