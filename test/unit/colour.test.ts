import { describe, expect, it } from 'vitest';
import { rgbConversion, type ColourTags } from '../../src/core/colour.js';

function toRgb(tags: ColourTags, depth: 8 | 10, y: number, cb: number, cr: number): number[] {
  const c = rgbConversion(tags, depth, 720);
  return [
    y * c.scaleY + cr * c.redCr + c.offsets[0],
    y * c.scaleY + cb * c.greenCb + cr * c.greenCr + c.offsets[1],
    y * c.scaleY + cb * c.blueCb + c.offsets[2],
  ];
}

describe('rgbConversion', () => {
  it('maps black and white of limited range to 0 and 1', () => {
    for (const matrix of ['bt709', 'smpte170m', 'bt2020nc', 'nonsense']) {
      for (const value of toRgb({ matrix }, 8, 16, 128, 128)) expect(value).toBeCloseTo(0, 12);
      for (const value of toRgb({ matrix }, 10, 940, 512, 512)) expect(value).toBeCloseTo(1, 12);
    }
  });

  it('maps full range too', () => {
    for (const value of toRgb({ range: 'pc' }, 8, 255, 128, 128)) expect(value).toBeCloseTo(1, 12);
  });

  it('gives pure red for BT.709’s red (Y′ 63, Cb 102, Cr 240 in 8 bits)', () => {
    const [r, g, b] = toRgb({ matrix: 'bt709' }, 8, 63, 102, 240);
    expect(r).toBeCloseTo(1, 1.9);
    expect(Math.abs(g!)).toBeLessThan(0.01);
    expect(Math.abs(b!)).toBeLessThan(0.01);
  });
});
