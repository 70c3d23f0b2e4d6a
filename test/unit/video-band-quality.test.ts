import { describe, expect, it } from 'vitest';
import { bandQuality, countBand, meanBandQuality } from '../../src/evaluation/video/band-quality.js';
import { judgeBand } from '../../src/evaluation/video/clip-band.js';

/** Background, three mixed, one nearly opaque, foreground. */
const TRUTH = Float32Array.of(0, 0.3, 0.5, 0.7, 0.97, 1);

describe('countBand', () => {
  it('counts a trimap whose band is exactly the fractional pixels', () => {
    const counts = countBand(Uint8Array.of(0, 128, 128, 128, 128, 255), TRUTH);
    expect(counts).toEqual({
      pixels: 6,
      unknown: 4,
      mixed: 3,
      covered: 3,
      fractional: 4,
      wrongForeground: 0,
      wrongBackground: 0,
    });
    expect(bandQuality(counts)).toEqual({ covered: 1, wrong: 0, overMixed: 4 / 3, overTightest: 1 });
  });

  it('counts mixed pixels that a trimap calls known, on either side', () => {
    const counts = countBand(Uint8Array.of(0, 0, 128, 255, 255, 255), TRUTH);
    expect(counts).toMatchObject({ unknown: 1, covered: 1, wrongForeground: 1, wrongBackground: 1 });
    expect(bandQuality(counts)).toEqual({
      covered: 1 / 3,
      wrong: 2 / 5,
      overMixed: 1 / 3,
      overTightest: 1 / 4,
    });
  });

  it('counts the subject called background and the background called subject', () => {
    const counts = countBand(Uint8Array.of(255, 128, 128, 128, 128, 0), TRUTH);
    expect(counts).toMatchObject({ wrongForeground: 1, wrongBackground: 1 });
    expect(bandQuality(counts).wrong).toBe(1);
  });

  it('has the limits of mixed outside: 0.05 and 0.95 themselves are not', () => {
    const truth = Float32Array.of(0.05 - 1e-3, 0.05 + 1e-3, 0.95 - 1e-3, 0.95 + 1e-3);
    expect(countBand(new Uint8Array(4).fill(128), truth).mixed).toBe(2);
    expect(countBand(Uint8Array.of(0, 0, 255, 255), truth)).toMatchObject({
      wrongForeground: 1,
      wrongBackground: 1,
    });
  });

  it('has no share of nothing', () => {
    const hard = countBand(Uint8Array.of(128, 128), Float32Array.of(0, 1));
    expect(bandQuality(hard)).toEqual({
      covered: undefined,
      wrong: undefined,
      overMixed: undefined,
      overTightest: undefined,
    });
    expect(meanBandQuality([bandQuality(hard)]).covered).toBeUndefined();
  });

  it('refuses a truth of another size', () => {
    expect(() => countBand(new Uint8Array(5), TRUTH)).toThrow(RangeError);
  });
});

describe('judgeBand', () => {
  it('averages propagated frames without the painted ones, and by distance', async () => {
    const exact = Uint8Array.of(0, 128, 128, 128, 128, 255);
    const wide = new Uint8Array(6).fill(128);
    const trimaps = [exact, wide, wide, wide, exact];
    const band = await judgeBand(
      [0, 1, 2, 3, 4],
      [{ index: 0 }, { index: 4 }],
      {
        numberOf: (index) => 1001 + index,
        truthAt: (index) => Promise.resolve(index === 3 ? undefined : TRUTH),
        trimapAt: (index) => Promise.resolve(trimaps[index]!),
      },
      new AbortController().signal,
    );
    expect(band.frames.map(({ frame, distance }) => [frame, distance])).toEqual([
      [1001, 0],
      [1002, 1],
      [1003, 2],
      [1005, 0],
    ]);
    expect(band.painted?.overMixed).toBeCloseTo(4 / 3, 12);
    expect(band.propagated).toMatchObject({ covered: 1, overMixed: 2, overTightest: 1.5 });
    expect(band.byDistance.map(({ distance, frames }) => [distance, frames])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });
});
