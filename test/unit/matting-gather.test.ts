import { describe, expect, it } from 'vitest';
import { rgbConversion } from '../../src/core/colour.js';
import type { FrameFormat, FramePlanes } from '../../src/core/frame.js';
import { BatchMemory } from '../../src/matting/batch-memory.js';
import type { StageInput } from '../../src/matting/engines/engine.js';
import { gatherTile } from '../../src/matting/gather.js';
import type { Stage } from '../../src/matting/networks/model.js';
import { networkModel } from '../../src/matting/networks/registry.js';
import { reflectIndex } from '../../src/matting/reflect.js';
import { layOut } from '../../src/matting/sheet.js';
import { planStrips } from '../../src/matting/strips.js';
import { planTiles, type Tile } from '../../src/matting/tiles.js';
import {
  fillRandomColours,
  formatOf,
  largestDifference,
  planesOf,
  randomNumbers,
} from '../support/matting-frames.js';
import { channelsOf } from '../support/stage-input.js';

const OPTIONS = { tile: 'frame', margin: 8, feather: 4, multiple: 32 } as const;

describe('reflection', () => {
  it('is that of numpy.pad(range(4), (0, 9), "reflect")', () => {
    expect(Array.from({ length: 13 }, (_, n) => reflectIndex(n, 4))).toEqual([
      0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0,
    ]);
  });

  it('mirrors before the first sample too', () => {
    expect([-1, -2, -3, -4].map((position) => reflectIndex(position, 4))).toEqual([1, 2, 3, 2]);
  });

  it('repeats a single sample', () => {
    expect(reflectIndex(7, 1)).toBe(0);
  });
});

const compact = networkModel('compact');

/** One tile as a batch of its own. */
function gathered(
  planes: FramePlanes,
  format: FrameFormat,
  tile: Tile,
  network = compact,
  stage: Stage = 'stage1',
): StageInput {
  const sheet = layOut([tile], tile.width);
  const batch = new BatchMemory().batch(network, stage, sheet, format);
  gatherTile(batch, sheet.placements[0]!, planes, format, stage);
  return batch;
}

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
    const dst = channelsOf(gathered(planes, format, tile!));

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
    // The guide is rounded to a 65535th.
    expect(largestDifference(dst, expected)).toBeLessThan(8e-6);
  });

  it('gives stage 2 what the first stage left: logits as they are, alpha rounded', () => {
    const format = formatOf(64, 32);
    const planes = planesOf(format);
    planes.trimap.fill(128);
    const [tile] = planTiles(planes.trimap, format, OPTIONS);
    planes.stage1.forEach((_, at) => (planes.stage1[at] = at - 900));
    const logits = gathered(planes, format, tile!, networkModel('dim'), 'stage2');
    expect(logits.trimap.every((value) => value === 128)).toBe(true);
    expect(logits.guide).toEqual(planes.stage1.slice());
    planes.stage1.forEach((_, at) => (planes.stage1[at] = at / 2047));
    const alpha = gathered(planes, format, tile!, compact, 'stage2').guide!;
    expect([...alpha]).toEqual(Array.from({ length: 2048 }, (_, at) => Math.round((65535 * at) / 2047)));
  });

  it.each([
    [compact, 'stage1'],
    [compact, 'stage2'],
    [networkModel('dim'), 'stage1'],
    [networkModel('dim'), 'stage2'],
  ] as const)('writes its own sample of a batch and nothing else', (network, stage) => {
    const format = formatOf(100, 70, { depth: 10 });
    const planes = planesOf(format);
    planes.colour.forEach((plane, channel) => plane.fill(100 + channel));
    planes.prior.fill(0.25);
    planes.stage1.fill(0.5);
    planes.trimap.fill(128);
    const tile: Tile = planTiles(planes.trimap, format, { ...OPTIONS, tile: 128 }).at(-1)!;
    const pixels = tile.width * tile.height;
    const sheet = layOut([tile, tile, tile], tile.width);
    const batch = new BatchMemory().batch(network, stage, sheet, format);
    expect(batch).toMatchObject({ count: 3, height: tile.height, width: tile.width });
    const parts = [batch.colour, batch.trimap, ...(batch.guide ? [batch.guide] : [])];
    parts.forEach((part) => part.fill(7));
    gatherTile(batch, sheet.placements[1]!, planes, format, stage);
    parts.forEach((part) => {
      const size = part.length / 3;
      expect(part.subarray(0, size).every((value) => value === 7)).toBe(true);
      expect(part.subarray(size, 2 * size).every((value) => value !== 7)).toBe(true);
      expect(part.subarray(2 * size).every((value) => value === 7)).toBe(true);
    });
    for (const channel of [0, 1, 2]) expect(batch.colour[(3 + channel) * pixels]).toBe(100 + channel);
  });

  it('lays strips side by side, mirrored past all four edges', () => {
    const format = formatOf(90, 30);
    const planes = planesOf(format);
    fillRandomColours(planes, format, random);
    planes.trimap.fill(128);
    planes.trimap.fill(0, 90 * 10, 90 * 14);
    for (let row = 0; row < 30; row += 1) planes.trimap.fill(255, 90 * row + 30, 90 * row + 60);
    const sheet = layOut(planStrips(planes.trimap, format, { height: 24, longest: 64, margin: 4 }), 96);
    expect(sheet.placements.map(({ sample, left }) => [sample, left])).toEqual([
      [0, 0],
      [0, 38],
      [1, 0],
      [1, 38],
    ]);
    const batch = new BatchMemory().batch(compact, 'stage2', sheet, format);
    for (const placement of sheet.placements) gatherTile(batch, placement, planes, format, 'stage2');
    for (const { tile, sample, left } of sheet.placements) {
      for (let y = 0; y < tile.height; y += 1) {
        for (let x = 0; x < tile.width; x += 1) {
          const at = reflectIndex(tile.y + y, 30) * 90 + reflectIndex(tile.x + x, 90);
          const to = sample * 32 * 96 + y * 96 + left + x;
          expect(batch.trimap[to]).toBe(planes.trimap[at]);
          for (const channel of [0, 1, 2] as const)
            expect(batch.colour[to + (2 * sample + channel) * 32 * 96]).toBe(planes.colour[channel][at]);
        }
      }
    }
  });

  it('mirrors a frame smaller than its padding', () => {
    const format = formatOf(3, 1);
    const planes = planesOf(format);
    planes.colour[0].set([0, 51, 255]);
    planes.trimap.fill(128);
    const [tile] = planTiles(planes.trimap, format, OPTIONS);
    const { colour } = gathered(planes, format, tile!);
    expect([...colour.subarray(0, 7)]).toEqual([0, 51, 255, 51, 0, 51, 255]);
    expect(colour.subarray(0, 32)).toEqual(colour.subarray(31 * 32, 32 * 32));
  });
});
