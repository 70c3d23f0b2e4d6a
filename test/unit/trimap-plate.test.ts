import { describe, expect, it } from 'vitest';
import {
  bandQuality,
  countBand,
  meanBandQuality,
  type BandQuality,
} from '../../src/evaluation/video/band-quality.js';
import { follow, identity, warpPlate } from '../../src/trimap/plate-homography.js';
import { fitExposure } from '../../src/trimap/plate-exposure.js';
import { denoisePlate, measureGrain } from '../../src/trimap/plate-denoise.js';
import { medianPlate } from '../../src/trimap/plate-median.js';
import { PlateTracker } from '../../src/trimap/plate-tracker.js';
import { PlateTrimaps } from '../../src/trimap/plate.js';
import { plateClip, type PlateClipOptions } from '../support/plate-clip.js';

const SMALL = { width: 256, height: 144, frames: 3, noise: 4, drift: 0.1 } as const;

async function bandOf(options: PlateClipOptions): Promise<{ quality: BandQuality; confidence: number }> {
  const clip = await plateClip(options);
  const plate = Float32Array.from(clip.plate);
  denoisePlate(plate, clip.size);
  const trimaps = new PlateTrimaps(plate, clip.size);
  const qualities: BandQuality[] = [];
  let least = 1;
  for (let index = 0; index < options.frames; index++) {
    const { rgb, alpha } = await clip.frame(index);
    const { trimap, confidence } = trimaps.next(rgb);
    qualities.push(bandQuality(countBand(trimap, alpha)));
    least = Math.min(least, confidence);
  }
  return { quality: meanBandQuality(qualities), confidence: least };
}

describe('trimaps from a clean plate', () => {
  it.each([
    ['hair', 4],
    ['soft', 4],
    ['veil', 4],
    ['hair', 8],
    ['soft', 8],
    ['veil', 8],
  ] as const)('holds %s before a locked camera with grain of %i and drift', async (kind, noise) => {
    const { quality, confidence } = await bandOf({ ...SMALL, kind, noise });
    expect(quality.covered).toBeGreaterThan(0.98);
    expect(quality.wrong).toBeLessThan(0.002);
    expect(quality.overMixed).toBeLessThan(6);
    expect(confidence).toBeGreaterThan(0.5);
  });

  it('draws a camera known to be locked as it draws one it finds to be', async () => {
    const clip = await plateClip({ ...SMALL, kind: 'hair' });
    const [free, locked] = (['free', 'locked'] as const).map(
      (camera) => new PlateTrimaps(clip.plate, clip.size, { camera }),
    );
    const { rgb } = await clip.frame(2);
    const found = free!.next(rgb).trimap;
    const known = locked!.next(rgb).trimap;
    const differing = known.filter((value, i) => value !== found[i]).length;
    expect(differing / known.length).toBeLessThan(0.01);
  });

  it('holds hair before a camera that pans', async () => {
    const { quality } = await bandOf({ ...SMALL, kind: 'hair', pan: true });
    expect(quality.covered).toBeGreaterThan(0.98);
    expect(quality.wrong).toBeLessThan(0.002);
    expect(quality.overMixed).toBeLessThan(6);
  });

  it('refuses a plate of another scene, and one of another size', async () => {
    const [lion, sea] = await Promise.all(
      (['hair', 'veil'] as const).map((kind) => plateClip({ ...SMALL, kind })),
    );
    const { rgb } = await lion!.frame(0);
    expect(() => new PlateTrimaps(sea!.plate, lion!.size).next(rgb)).toThrow(
      expect.objectContaining({ code: 'TRIMAP_INVALID' }),
    );
    expect(() => new PlateTrimaps(sea!.plate.subarray(3), lion!.size)).toThrow(
      expect.objectContaining({ code: 'TRIMAP_SIZE' }),
    );
  });

  it('leaves a shadow with the background’s texture in it out of the foreground', async () => {
    const clip = await plateClip({ ...SMALL, kind: 'hair', noise: 1, drift: 0 });
    const { width, height } = clip.size;
    const shaded = Uint8Array.from(clip.plate, (value, i) => {
      const pixel = Math.floor(i / 3);
      const inside = Math.hypot((pixel % width) - 60, Math.floor(pixel / width) - 70) < 30;
      return Math.round(inside ? 0.75 * value : value);
    });
    const { trimap } = new PlateTrimaps(clip.plate, clip.size).next(shaded);
    expect(trimap.filter((value) => value === 255)).toHaveLength(0);
    expect(width * height).toBe(trimap.length);
  });
});

describe('registration', () => {
  it('finds a known homography and exposure, to a tenth of a pixel', async () => {
    const { plate, size } = await plateClip({ ...SMALL, kind: 'soft', noise: 2 });
    const source = Float32Array.from(plate);
    const truth = Float64Array.of(1.02, 0.01, 0.03, -0.015, 0.99, -0.02, 0.004, -0.006);
    const seen = new Float32Array(source.length);
    warpPlate(seen, new Uint8Array(seen.length / 3), source, truth, size);
    const frame = Uint8Array.from(seen, (value) => Math.min(255, Math.round(0.9 * value + 6)));
    const { homography } = new PlateTracker(source, size).next(frame);
    const [here, there] = [new Float64Array(2), new Float64Array(2)];
    for (const [x, y] of [
      [20, 20],
      [128, 72],
      [230, 120],
    ] as const) {
      follow(here, homography, size, x, y);
      follow(there, truth, size, x, y);
      expect(Math.hypot(here[0]! - there[0]!, here[1]! - there[1]!)).toBeLessThan(0.1);
    }
  });

  it('takes a camera that has not moved for locked', async () => {
    const clip = await plateClip({ ...SMALL, kind: 'hair' });
    const { rgb } = await clip.frame(2);
    const { homography } = new PlateTracker(Float32Array.from(clip.plate), clip.size).next(rgb);
    expect(homography).toEqual(identity());
  });

  it('fits gain and offset although a third of the frame is something else', async () => {
    const { plate, size } = await plateClip({ ...SMALL, kind: 'soft', noise: 0 });
    const source = Float32Array.from(plate);
    const rgb = Uint8Array.from(plate, (value, i) =>
      i % (3 * size.width) < size.width ? 200 : Math.min(255, Math.round(0.9 * value)),
    );
    const use = new Uint8Array(plate.length / 3).fill(1);
    const { gain, offset } = fitExposure({ gain: 1, offset: 0 }, rgb, source, use, size);
    gain.forEach((value, c) => expect(value * 120 + offset[c]!).toBeCloseTo(108, -0.5));
  });
});

describe('medianPlate', () => {
  it('drops grain and what passed through', async () => {
    const { plate, size } = await plateClip({ ...SMALL, kind: 'soft', noise: 0 });
    const pictures = Array.from({ length: 5 }, (_, n) =>
      plate.map((value, i) => ((Math.floor(i / 3) % size.width) >> 4 === n + 2 ? 255 : value)),
    );
    expect(medianPlate(pictures, size)).toEqual(Float32Array.from(plate));
  });
});

describe('denoisePlate', () => {
  it('takes grain out and leaves the picture', async () => {
    const clip = await plateClip({ ...SMALL, kind: 'hair', noise: 0 });
    const { plate: grainy } = await plateClip({ ...SMALL, kind: 'hair', noise: 8 });
    const plate = Float32Array.from(grainy);
    const away = (): number =>
      Math.sqrt(plate.reduce((sum, value, i) => sum + (value - clip.plate[i]!) ** 2, 0) / plate.length);
    expect(away()).toBeGreaterThan(7);
    expect(measureGrain(plate, clip.size)).toBeCloseTo(8, -0.5);
    denoisePlate(plate, clip.size);
    expect(away()).toBeLessThan(3.5);
  });

  it('leaves a plate without grain as it is', () => {
    const size = { width: 40, height: 30 };
    const ramp = Float32Array.from({ length: 3 * 40 * 30 }, (_, i) => Math.floor(i / 120) + (i % 120));
    const plate = ramp.slice();
    denoisePlate(plate, size);
    expect(plate).toEqual(ramp);
  });
});
