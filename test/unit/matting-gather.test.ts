import { describe, expect, it } from 'vitest';
import { rgbConversion } from '../../src/core/colour.js';
import { channelCount, gatherTile } from '../../src/matting/gather.js';
import { reflectIndex } from '../../src/matting/reflect.js';
import { planTiles, type Tile } from '../../src/matting/tiles.js';
import {
  fillRandomColours,
  formatOf,
  largestDifference,
  planesOf,
  randomNumbers,
} from '../support/matting-frames.js';

const OPTIONS = { tile: Infinity, margin: 8, feather: 4, multiple: 32 };

describe('reflection', () => {
  it('is that of numpy.pad(range(4), (0, 9), "reflect")', () => {
    expect(Array.from({ length: 13 }, (_, n) => reflectIndex(n, 4))).toEqual([
      0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0,
    ]);
  });

  it('repeats a single sample', () => {
    expect(reflectIndex(7, 1)).toBe(0);
  });
});

describe('gather', () => {
  const random = randomNumbers(31);

  it.each([
    ['8-bit R′G′B′', formatOf(45, 37)],
    ['16-bit R′G′B′', formatOf(45, 37, { depth: 16 })],
    ['8-bit Y′CbCr', formatOf(45, 37, { model: 'yuv', tags: { matrix: 'bt709', range: 'tv' } })],
    [
      '10-bit full-range Y′CbCr',
      formatOf(45, 37, { model: 'yuv', depth: 10, tags: { matrix: 'bt2020nc', range: 'pc' } }),
    ],
  ])('writes what the conversion says: %s', (_, format) => {
    const planes = planesOf(format);
    fillRandomColours(planes, format, random);
    planes.trimap.forEach((_, at) => (planes.trimap[at] = [0, 128, 255][at % 3]!));
    planes.prior.forEach((_, at) => (planes.prior[at] = random()));
    const [tile] = planTiles(planes.trimap, format, OPTIONS);
    const size = tile!.width * tile!.height;
    const dst = new Float32Array(5 * size);
    gatherTile(dst, 0, planes, format, tile!, 'stage1+prior');

    const expected = new Float32Array(5 * size);
    const c = rgbConversion(format.tags, format.depth, format.height);
    const peak = 2 ** format.depth - 1;
    for (let to = 0; to < size; to += 1) {
      const x = reflectIndex(to % tile!.width, format.width);
      const y = reflectIndex(Math.floor(to / tile!.width), format.height);
      const at = y * format.width + x;
      const [s0, s1, s2] = planes.colour.map((plane) => plane[at]!) as [number, number, number];
      const rgb =
        format.model === 'rgb'
          ? [s0 / peak, s1 / peak, s2 / peak]
          : [
              s0 * c.scaleY + s2 * c.redCr + c.offsets[0],
              s0 * c.scaleY + s1 * c.greenCb + s2 * c.greenCr + c.offsets[1],
              s0 * c.scaleY + s1 * c.blueCb + c.offsets[2],
            ];
      rgb.forEach((value, k) => (expected[k * size + to] = Math.min(Math.max(value, 0), 1)));
      expected[3 * size + to] = planes.trimap[at] === 128 ? 0.5 : planes.trimap[at]! / 255;
      expected[4 * size + to] = planes.prior[at]!;
    }
    expect(largestDifference(dst, expected)).toBeLessThan(1e-6);
  });

  it('gives stage 2 the first stage’s plane', () => {
    const format = formatOf(64, 32);
    const planes = planesOf(format);
    planes.stage1.forEach((_, at) => (planes.stage1[at] = at - 900));
    planes.trimap.fill(128);
    const [tile] = planTiles(planes.trimap, format, OPTIONS);
    const dst = new Float32Array(channelCount('stage2') * 64 * 32);
    gatherTile(dst, 0, planes, format, tile!, 'stage2');
    expect(dst.subarray(3 * 64 * 32, 4 * 64 * 32).every((value) => value === 0.5)).toBe(true);
    expect(dst.subarray(4 * 64 * 32)).toEqual(planes.stage1.slice());
  });

  it('writes its own sample of a batch and nothing else', () => {
    const format = formatOf(100, 70);
    const planes = planesOf(format);
    fillRandomColours(planes, format, random);
    planes.trimap.fill(128);
    const tile: Tile = planTiles(planes.trimap, format, { ...OPTIONS, tile: 64 }).at(-1)!;
    for (const channels of ['stage1', 'stage1+prior', 'stage2'] as const) {
      const sample = channelCount(channels) * tile.width * tile.height;
      const dst = new Float32Array(3 * sample).fill(-7);
      gatherTile(dst, sample, planes, format, tile, channels);
      expect(dst.subarray(0, sample).every((value) => value === -7)).toBe(true);
      expect(dst.subarray(sample, 2 * sample).every((value) => value !== -7)).toBe(true);
      expect(dst.subarray(2 * sample).every((value) => value === -7)).toBe(true);
    }
  });

  it('mirrors a frame smaller than its padding', () => {
    const format = formatOf(3, 1);
    const planes = planesOf(format);
    planes.colour[0].set([0, 51, 255]);
    planes.trimap.fill(128);
    const [tile] = planTiles(planes.trimap, format, OPTIONS);
    const dst = new Float32Array(4 * 32 * 32);
    gatherTile(dst, 0, planes, format, tile!, 'stage1');
    const rounded = Array.from(dst.subarray(0, 7), (value) => Math.round(255 * value));
    expect(rounded).toEqual([0, 51, 255, 51, 0, 51, 255]);
    expect(largestDifference(dst.subarray(0, 32), dst.subarray(31 * 32, 32 * 32))).toBe(0);
  });
});
