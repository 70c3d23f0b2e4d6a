import { describe, expect, it } from 'vitest';
import { rgbConversion } from '../../src/core/colour.js';
import type { FrameFormat } from '../../src/core/frame.js';
import { linearOf } from '../../src/core/transfer.js';
import { pack, packedSize, type Packing } from '../../src/output/pack.js';
import { fillRandomColours, formatOf, planesOf, randomNumbers } from '../support/matting-frames.js';

const WIDTH = 12;
const PIXELS = WIDTH * 8;

function packed(planes: ReturnType<typeof planesOf>, format: FrameFormat, packing: Packing): Uint8Array {
  const dst = new Uint8Array(packedSize(format, packing));
  pack(dst, planes, format, packing);
  return dst;
}

const single = { pixelFormat: 'gbrapf32le', premultiplied: false } as const;
const floats = (bytes: Uint8Array): Float32Array => new Float32Array(bytes.buffer);

describe('scene-linear light', () => {
  it.each([
    [
      'ten-bit video',
      formatOf(WIDTH, 8, { model: 'yuv', depth: 10, tags: { matrix: 'bt709', transfer: 'bt709' } }),
    ],
    [
      'PQ',
      formatOf(WIDTH, 8, { model: 'yuv', depth: 12, tags: { matrix: 'bt2020nc', transfer: 'smpte2084' } }),
    ],
    ['pictures', formatOf(WIDTH, 8, { depth: 16 })],
  ])('of %s is what the formulas say', (_name, format) => {
    const planes = planesOf(format);
    fillRandomColours(planes, format, randomNumbers(2));
    planes.alpha.forEach((_, i) => (planes.alpha[i] = i / (PIXELS - 1)));
    const straight = floats(packed(planes, format, single));
    const premultiplied = floats(packed(planes, format, { ...single, premultiplied: true }));
    const { scaleY, redCr, offsets } = rgbConversion(format.tags, format.depth, format.height);
    const [first, , third] = planes.colour;
    for (let i = 0; i < PIXELS; i += 1) {
      const signal =
        format.model === 'rgb' ? first[i]! / 65535 : scaleY * first[i]! + redCr * third[i]! + offsets[0];
      const light = linearOf(format)(signal);
      const red = straight[2 * PIXELS + i]!;
      expect(Math.abs(red - light)).toBeLessThan(1e-6 * Math.max(1, Math.abs(light)));
      const alpha = straight[3 * PIXELS + i]!;
      expect(alpha).toBe(planes.alpha[i]);
      expect(Math.abs(premultiplied[2 * PIXELS + i]! - alpha * red)).toBeLessThan(
        1e-6 * Math.max(1, Math.abs(red)),
      );
    }
  });

  it('of float frames is theirs, and to the nearest number in half precision', () => {
    const format: FrameFormat = { ...formatOf(WIDTH, 8), depth: 'float' };
    const planes = planesOf(format);
    planes.alpha.fill(1);
    const values = [-3.25, 0, 65504, 1e6, NaN, 1.0004882, 1.0004884, 1.0014649, 6e-8, 1e-9, 0.1];
    planes.colour[0].set(values);
    const kept = floats(packed(planes, format, single)).subarray(2 * PIXELS);
    values.forEach((value, i) => expect(kept[i]).toBe(Math.fround(value)));
    const half = floats(packed(planes, format, { ...single, half: true })).subarray(2 * PIXELS);
    const ulp = 2 ** -10;
    expect([...half.subarray(0, values.length)]).toEqual([
      ...[-3.25, 0, 65504, 65504, 0, 1, 1 + ulp, 1 + 2 * ulp, 2 ** -24, 0],
      Math.fround(0.0999755859375),
    ]);
  });

  it('is shown as sRGB by formats of whole numbers', () => {
    const format: FrameFormat = { ...formatOf(WIDTH, 8), depth: 'float' };
    const planes = planesOf(format);
    planes.alpha.fill(1);
    planes.colour[0].set([-1, 0, 0.18, 0.5, 1, 40]);
    const rgba = new Uint16Array(
      packed(planes, format, { pixelFormat: 'rgba64le', premultiplied: false }).buffer,
    );
    const red = [0, 1, 2, 3, 4, 5].map((i) => rgba[4 * i]!);
    // sRGB of 0.18 is 0.461356, of 0.5 0.735357.
    [0, 0, 30235, 48192, 65535, 65535].forEach((code, i) =>
      expect(Math.abs(red[i]! - code)).toBeLessThanOrEqual(1),
    );
  });
});

it('a picture side by side is its colour and its matte', () => {
  const format = formatOf(WIDTH, 8, { model: 'yuv', depth: 10 });
  const planes = planesOf(format);
  fillRandomColours(planes, format, randomNumbers(3));
  planes.alpha.forEach((_, i) => (planes.alpha[i] = i / (PIXELS - 1)));
  const packing = { pixelFormat: 'yuv444p10le', premultiplied: false } as const;
  const both = new Uint16Array(packed(planes, format, { ...packing, sideBySide: true }).buffer);
  const matte = new Uint16Array(packed(planes, format, packing).buffer);
  expect(both.length).toBe(2 * matte.length);
  for (let plane = 0; plane < 3; plane += 1) {
    for (let i = 0; i < PIXELS; i += 1) {
      const at = 2 * plane * PIXELS + 2 * WIDTH * Math.floor(i / WIDTH) + (i % WIDTH);
      expect(both[at]).toBe(planes.colour[plane]![i]);
      expect(both[at + WIDTH]).toBe(matte[plane * PIXELS + i]);
    }
  }
});
