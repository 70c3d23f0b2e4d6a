import { describe, expect, it } from 'vitest';
import {
  cropAnywhere,
  cropAroundSoft,
  cropBackground,
  cropForeground,
} from '../../src/training/data/crop.js';
import { sourceOf } from '../../src/training/data/sources.js';
import { Random } from '../../src/training/random.js';
import { backdrop } from '../../src/training/synthesis/backdrop.js';
import { straightColours } from '../../src/training/synthesis/finish.js';
import { synthesise } from '../../src/training/synthesis/synthesise.js';

const FOREGROUND = synthesise('hair', new Random(4), { side: 160, photographs: [] });

describe('crops of foregrounds', () => {
  it('without any change are the picture', () => {
    const { rgba } = cropForeground(FOREGROUND, { centreX: 80, centreY: 80, matrix: [1, 0, 0, 1] }, 160);
    for (let i = 0; i < rgba.length; i += 4) {
      const alpha = FOREGROUND.rgba[i + 3]! / 255;
      expect(rgba[i + 3]).toBeCloseTo(alpha, 5);
      for (let c = i; c < i + 3; c++) expect(rgba[c]).toBeCloseTo((alpha * FOREGROUND.rgba[c]!) / 255, 5);
    }
  });

  it('turned by half a turn twice are the picture again', () => {
    const half = { centreX: 80, centreY: 80, matrix: [-1, 0, 0, -1] } as const;
    const { rgba } = cropForeground(FOREGROUND, half, 160);
    const pixels = 160 * 160;
    for (let i = 0; i < pixels; i++) {
      expect(rgba[4 * i + 3]).toBeCloseTo(FOREGROUND.rgba[4 * (pixels - 1 - i) + 3]! / 255, 5);
    }
  });

  it('have a mixed pixel in the middle', () => {
    const small = synthesise('hard', new Random(2), { side: 120, photographs: [] });
    const rgba = new Uint8Array(4 * 160 * 160);
    for (let y = 0; y < 120; y++)
      rgba.set(small.rgba.subarray(480 * y, 480 * (y + 1)), 4 * (160 * (y + 20) + 20));
    const random = new Random(9);
    for (let k = 0; k < 50; k++) {
      const map = cropAroundSoft(sourceOf({ ...FOREGROUND, rgba }), 64, random, true);
      const alpha = rgba[4 * (Math.floor(map.centreY) * 160 + Math.floor(map.centreX)) + 3]!;
      expect(alpha).toBeGreaterThan(5);
      expect(alpha).toBeLessThan(250);
    }
  });

  it('stay within a picture whose border cuts through the subject', () => {
    const source = sourceOf(FOREGROUND);
    expect(source.cut).toBe(true);
    const random = new Random(10);
    for (let k = 0; k < 50; k++) {
      const { centreX, centreY, matrix } = cropAroundSoft(source, 64, random, true);
      // Unturned, that is: corners of a turned crop may reach out.
      const half = 32 * Math.hypot(matrix[0], matrix[2]);
      for (const centre of [centreX, centreY]) {
        expect(centre - half).toBeGreaterThan(-1e-9);
        expect(centre + half).toBeLessThan(160 + 1e-9);
      }
    }
  });

  it("without warping are the paper's three sizes, flipped or not", () => {
    const rgba = new Uint8Array(4 * 400 * 400);
    rgba.fill(128, 4 * 200 * 400, 4 * 201 * 400);
    const source = { ...sourceOf({ name: 'line', width: 400, height: 400, rgba }), cut: false };
    const random = new Random(5);
    const seen = new Set<string>();
    for (let k = 0; k < 100; k++) seen.add(cropAroundSoft(source, 100, random, false).matrix.join(' '));
    const expected = [1, 1.5, 2].flatMap((ratio) => [`${ratio} 0 0 ${ratio}`, `${-ratio} 0 0 ${ratio}`]);
    expect([...seen].sort()).toEqual(expected.sort());
  });

  it('carry no colour from where there is nothing', () => {
    // White with a hard edge, black where it is clear: what resizing straight colour would make grey.
    const rgba = new Uint8Array(4 * 64 * 64);
    for (let i = 0; i < 64 * 64; i++) if (i % 64 < 30) rgba.fill(255, 4 * i, 4 * i + 4);
    const source = sourceOf({ name: 'edge', width: 64, height: 64, rgba });
    const random = new Random(3);
    for (let k = 0; k < 10; k++) {
      const layer = cropForeground(source.foreground, cropAroundSoft(source, 32, random, true), 32);
      const colours = straightColours(layer);
      expect(colours.every((value) => value > 0.999)).toBe(true);
    }
  });
});

describe('crops of backgrounds', () => {
  it('fill the picture with what is there', () => {
    const picture = backdrop(new Random(1), 50);
    const [least, most] = [Math.min(...picture.rgb) / 255, Math.max(...picture.rgb) / 255];
    const random = new Random(2);
    for (let k = 0; k < 20; k++) {
      const rgb = cropBackground(picture, cropAnywhere(picture, 40, random, true), 40);
      for (const value of rgb) {
        expect(value).toBeGreaterThanOrEqual(least - 1e-5);
        expect(value).toBeLessThanOrEqual(most + 1e-5);
      }
    }
  });
});

it('a foreground that is clear everywhere is refused by name', () => {
  const clear = { name: 'nothing.png', width: 4, height: 4, rgba: new Uint8Array(64) };
  expect(() => sourceOf(clear)).toThrow(expect.objectContaining({ code: 'INPUT_DAMAGED' }));
  expect(() => sourceOf(clear)).toThrow(/nothing\.png/);
});
