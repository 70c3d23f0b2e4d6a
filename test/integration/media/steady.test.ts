import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { madeClip, type FixtureKind } from '../../../fixtures/clip.js';
import { scoreMatte } from '../../../src/evaluation/metrics.js';
import { dtssd } from '../../../src/evaluation/video/dtssd.js';
import { matteFrames } from '../../../src/pipeline/matte-video.js';
import type { RunReport } from '../../../src/pipeline/run-report.js';
import { contentOf, journalledShot } from '../../support/journalled-shot.js';
import { smallClip, temporaryFolder } from '../../support/made-clip.js';

const SIZE = { width: 160, height: 96, frames: 10, seed: 3 };

/** Mean SAD and dtSSD of a made clip's mattes by the shipped network, as they are and steadied. */
async function scoresOf(
  kind: FixtureKind,
): Promise<Record<'plain' | 'steady', { sad: number; dtssd: number }>> {
  const clip = await smallClip(await temporaryFolder(), { ...SIZE, kind, keyframes: [0, SIZE.frames - 1] });
  const drawn = madeClip(kind, SIZE);
  const truth: Float32Array[] = [];
  for (let index = 0; index < SIZE.frames; index++) {
    truth.push(Float32Array.from((await drawn.frame(index)).alpha, (value) => value / 255));
  }
  const run = async (steady?: number): Promise<{ sad: number; dtssd: number }> => {
    const alphas: Float32Array[] = [];
    const unknown: Uint8Array[] = [];
    let sad = 0;
    await matteFrames({
      ...{ input: clip.input, trimaps: clip.trimapFolder, device: 'cpu' },
      ...(steady !== undefined && { steady }),
      onFrame: ({ index, planes }) => {
        alphas.push(planes.alpha.slice());
        unknown.push(planes.trimap.map((value) => (value === 128 ? 1 : 0)));
        sad += scoreMatte(planes.alpha, truth[index]!, planes.trimap, SIZE.width, SIZE.height).sad;
      },
    });
    let sum = 0;
    for (let t = 1; t < alphas.length; t++) {
      const earlier = { predicted: alphas[t - 1]!, truth: truth[t - 1]! };
      const later = { predicted: alphas[t]!, truth: truth[t]! };
      sum += dtssd({ earlier, later, unknown: unknown[t - 1]! })['unknown-sum'];
    }
    return { sad: sad / SIZE.frames, dtssd: sum / (alphas.length - 1) };
  };
  return { plain: await run(), steady: await run(1) };
}

describe('a steadied matte', () => {
  it.each([
    ['soft', 0.98],
    ['veil', 0.96],
  ] as const)('flickers less on the made clip “%s”, by dtSSD, and errs no more', async (kind, most) => {
    const { plain, steady } = await scoresOf(kind);
    expect(steady.dtssd).toBeLessThan(most * plain.dtssd);
    expect(steady.sad).toBeLessThanOrEqual(plain.sad);
  });

  it('is the same, and so is its report, when the run is stopped and resumed', async () => {
    const shot = await journalledShot(34);
    const reports: RunReport[] = [];
    const options = { steady: 1, onReport: (report: RunReport) => reports.push(report) };
    const whole = join(shot.folder, 'whole.mov');
    await shot.matte({ ...options, output: whole });
    await shot.begin(options);
    await expect(shot.matte({ ...options, steady: 2, resume: true })).rejects.toMatchObject({
      code: 'JOURNAL_DIFFERS',
      parts: { seen: 'different steady 1, now 2' },
    });
    await expect(shot.matte({ steady: 1, resume: true })).rejects.toMatchObject({
      parts: { seen: 'different report yes, now no' },
    });
    expect(await shot.matte({ ...options, resume: true })).toMatchObject({ frames: 34, kept: 20 });
    expect(await contentOf(shot.out)).toEqual(await contentOf(whole));
    const [first, resumed] = reports;
    expect(resumed).toEqual(first);
    expect(resumed!.frames.map(({ index }) => index)).toEqual(Array.from({ length: 34 }, (_, i) => i));
    expect(resumed!.frames.every(({ flicker }, index) => (flicker === undefined) === (index === 0))).toBe(
      true,
    );
  });
});
