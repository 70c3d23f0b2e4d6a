import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { allocatePrior, solvePrior } from '../../src/matting/prior.js';
import { goldenPath } from '../support/golden-file.js';
import { formatOf, planesOf } from '../support/matting-frames.js';
import { footage } from '../support/material.js';

async function solve(picture: string, trimap: string): Promise<{ prior: Float32Array; trimap: Uint8Array }> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const format = formatOf(info.width, info.height);
  const planes = planesOf(format);
  const known = await sharp(trimap).extractChannel(0).raw().toBuffer();
  for (let at = 0; at < known.length; at += 1) {
    planes.colour.forEach((plane, k) => (plane[at] = data[3 * at + k]!));
    const value = known[at]!;
    planes.trimap[at] = value === 0 || value === 255 ? value : 128;
  }
  solvePrior(planes, format, allocatePrior(format));
  return planes;
}

describe('prior, against stored numbers', () => {
  it('agrees with the dense solve of prior_golden.py', async () => {
    const { prior, trimap } = await solve(goldenPath('prior.png'), goldenPath('prior-trimap.png'));
    const bytes = readFileSync(goldenPath('prior.f32'));
    const expected = new Float32Array(new Uint8Array(bytes).buffer);
    const unknown = [...trimap.keys()].filter((at) => trimap[at] === 128);
    const differences = unknown.map((at) => Math.abs(prior[at]! - expected[at]!));
    expect(unknown.length).toBeGreaterThan(1000);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
    // Known pixels beside the unknown region are as soft as in the whole-frame solve: networks have learned from that.
    const known = [...trimap.keys()].filter((at) => trimap[at] !== 128);
    // Measured 1.4e-5; the trimap's own values are 0.027 off.
    expect(Math.max(...known.map((at) => Math.abs(prior[at]! - expected[at]!)))).toBeLessThan(1e-3);
    // The stored picture tells a solve from its start value and from the trimap.
    const values = unknown.map((at) => expected[at]!);
    expect(values.filter((value) => value > 0.05 && value < 0.95).length).toBeGreaterThan(300);
  });

  const lemur = footage('images/lemur.png');
  it.skipIf(lemur === undefined)(
    'comes near the full-size solve of a photograph (lemur, kept beside the project)',
    async () => {
      const { prior, trimap } = await solve(
        footage('images/lemur.png')!,
        footage('images/lemur_trimap.png')!,
      );
      const truth = await sharp(footage('images/lemur_alpha.png')).extractChannel(0).raw().toBuffer();
      let [squares, count] = [0, 0];
      for (let at = 0; at < truth.length; at += 1) {
        if (trimap[at] !== 128) continue;
        squares += (prior[at]! - truth[at]! / 255) ** 2;
        count += 1;
      }
      expect(squares / count).toBeLessThan(0.02);
    },
  );
});
