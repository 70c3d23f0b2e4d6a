import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { USUAL_KINDS, WHOLE_PICTURES, type DataRecipe } from '../../src/training/data/recipe.js';
import { LANES } from '../../src/training/data/sources.js';
import { PictureMaker } from '../../src/training/picture-maker.js';
import type { TrainingSample } from '../../src/training/sample.js';
import { SampleMaker } from '../../src/training/sample-maker.js';

const RECIPE: DataRecipe = {
  seed: 5,
  side: 64,
  pictures: WHOLE_PICTURES,
  foregrounds: [],
  backgrounds: [],
  synthesised: 1,
  kinds: USUAL_KINDS,
  trimaps: 'random',
  augmentation: 'wide',
  prior: 'either',
};
const NOTHING = { foregrounds: [], backgrounds: [] };

describe('a training sample', () => {
  it('follows from the recipe and its number, not from what was made before', async () => {
    const first = new SampleMaker(RECIPE, NOTHING);
    for (const number of [0, 1, 2]) await first.make(number);
    const late = await first.make(40);
    const alone = await new SampleMaker(RECIPE, NOTHING).make(40);
    expect(late).toEqual(alone);
    const other = await new SampleMaker({ ...RECIPE, seed: 6 }, NOTHING).make(40);
    expect(other.alpha).not.toEqual(alone.alpha);
  });

  it('is αF + (1 − α)B, to the rounding of 8 bits before a camera sees it', async () => {
    const maker = new SampleMaker(RECIPE, NOTHING);
    let untouched = 0;
    const count = 24;
    for (let number = 0; number < count; number++) {
      const { rgb, alpha, foreground, background } = await maker.make(number);
      let [most, sum] = [0, 0];
      for (let i = 0; i < rgb.length; i++) {
        const pha = alpha[Math.floor(i / 3)]!;
        const difference = Math.abs(pha * foreground[i]! + (1 - pha) * background[i]! - rgb[i]!);
        most = Math.max(most, difference);
        sum += difference;
      }
      if (most < 0.5 / 255 + 1e-5) untouched += 1;
      expect(sum / rgb.length).toBeLessThan(0.06);
    }
    // 45 in a hundred have neither noise nor JPEG.
    expect(untouched).toBeGreaterThan(count / 5);
    expect(untouched).toBeLessThan(count);
  });

  it('has planes in range, a prior that keeps to the trimap, and something to find', async () => {
    const maker = new SampleMaker(RECIPE, NOTHING);
    for (let number = 100; number < 112; number++) {
      const sample = await maker.make(number);
      for (const plane of ['rgb', 'alpha', 'prior', 'foreground', 'background'] as const) {
        expect(sample[plane].every((value) => value >= 0 && value <= 1)).toBe(true);
      }
      const pixels = RECIPE.side ** 2;
      expect([sample.rgb.length, sample.alpha.length, sample.trimap.length]).toEqual([
        3 * pixels,
        pixels,
        pixels,
      ]);
      expect(sample.trimap.filter((value) => value === 128).length).toBeGreaterThan(0);
      for (const value of sample.rgb) expect(255 * value).toBeCloseTo(Math.round(255 * value), 3);
    }
  });

  it('has no prior where none is asked for', async () => {
    const { prior } = await new SampleMaker({ ...RECIPE, prior: 'none' }, NOTHING).make(3);
    expect(prior.every((value) => value === 0)).toBe(true);
  });

  it('sees now one prior, now the other', async () => {
    const makers = (['either', 'quarter', 'linked'] as const).map(
      (prior) => new SampleMaker({ ...RECIPE, prior }, NOTHING),
    );
    const seen = new Set<string>();
    for (let number = 0; number < 10; number++) {
      const [either, quarter, linked] = await Promise.all(makers.map((maker) => maker.make(number)));
      // Where nothing is known both are one half everywhere.
      if (isDeepStrictEqual(quarter!.prior, linked!.prior)) continue;
      const isLinked = isDeepStrictEqual(either!.prior, linked!.prior);
      if (!isLinked) expect(either!.prior).toEqual(quarter!.prior);
      seen.add(isLinked ? 'linked' : 'quarter');
    }
    expect([...seen].sort()).toEqual(['linked', 'quarter']);
  });

  it('by the plain augmentation is the composite itself', async () => {
    const plain = new SampleMaker({ ...RECIPE, augmentation: 'paper' }, NOTHING);
    for (let number = 0; number < 12; number++) {
      const { rgb, alpha, foreground, background, trimap } = await plain.make(number);
      for (let i = 0; i < rgb.length; i++) {
        const pha = alpha[Math.floor(i / 3)]!;
        const composed = pha * foreground[i]! + (1 - pha) * background[i]!;
        expect(Math.abs(composed - rgb[i]!)).toBeLessThan(0.5 / 255 + 1e-5);
      }
      expect(trimap).toContain(128);
    }
  });

  it('is a window of a picture whose trimap and prior were made as a whole', async () => {
    const recipe = { ...RECIPE, side: 32, pictures: { scale: 2.5, crops: 3 } };
    const maker = new SampleMaker(recipe, NOTHING);
    const pictures = new PictureMaker(recipe, NOTHING);
    for (const lane of [0, 5]) {
      const picture = await pictures.make(lane);
      expect(picture.side).toBe(80);
      const places = new Set<string>();
      for (const turn of [0, 1, 2]) {
        const sample = await maker.make(lane + LANES * turn);
        expect(sample.trimap).toContain(128);
        places.add(String(placeOf(sample, picture)));
      }
      expect(places).not.toContain('undefined');
      expect(places.size).toBeGreaterThan(1);
      const next = await maker.make(lane + LANES * 3);
      expect(placeOf(next, picture)).toBeUndefined();
      expect(placeOf(next, await pictures.make(lane + LANES))).toBeDefined();
    }
    const late = await new SampleMaker(recipe, NOTHING).make(5 + LANES * 2);
    expect(late).toEqual(await maker.make(5 + LANES * 2));
  });

  it('has the narrowest trimap where that is asked for, and else is the same', async () => {
    const [narrow, random] = [{ ...RECIPE, trimaps: 'narrow' } as const, RECIPE];
    for (let number = 0; number < 6; number++) {
      const [a, b] = [
        await new SampleMaker(narrow, NOTHING).make(number),
        await new SampleMaker(random, NOTHING).make(number),
      ];
      expect(a.rgb).toEqual(b.rgb);
      a.trimap.forEach((value, i) => {
        if (value === 128) expect(b.trimap[i]).toBe(128);
      });
    }
  });
});

/** Where all planes of a sample lie in a picture: x, y. */
function placeOf(sample: TrainingSample, picture: TrainingSample): readonly [number, number] | undefined {
  const { side } = sample;
  const planes = ['rgb', 'trimap', 'prior', 'alpha', 'foreground', 'background'] as const;
  const liesAt = (x: number, y: number): boolean =>
    planes.every((name) => {
      const channels = sample[name].length / side ** 2;
      return Array.from({ length: side }, (_, row) => row).every((row) => {
        const start = channels * ((y + row) * picture.side + x);
        const [from, to] = [channels * side * row, channels * side * (row + 1)];
        return isDeepStrictEqual(
          sample[name].subarray(from, to),
          picture[name].subarray(start, start + to - from),
        );
      });
    });
  for (let y = 0; y + side <= picture.side; y++) {
    for (let x = 0; x + side <= picture.side; x++) if (liesAt(x, y)) return [x, y];
  }
  return undefined;
}
