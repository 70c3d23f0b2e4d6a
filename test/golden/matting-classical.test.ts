import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { FrameFormat, FramePlanes } from '../../src/core/frame.js';
import { scoreMatte, type MatteScores } from '../../src/evaluation/metrics.js';
import { fillColour, readImage } from '../../src/ingest/read-image.js';
import { guidedMatting } from '../../src/matting/guided-matting.js';
import { knnMatting } from '../../src/matting/knn.js';
import { planesOf } from '../support/matting-frames.js';
import { footage } from '../support/material.js';

type Matting = (planes: FramePlanes, format: FrameFormat) => void;

type Stored = Pick<MatteScores, 'sad' | 'mse' | 'grad' | 'conn'>;

/** Measured; a change of the method that is meant changes them too. */
const SCORES: readonly {
  readonly name: string;
  readonly knn: Stored;
  readonly guided: Stored;
}[] = [
  {
    name: 'am2k_sample10',
    knn: { sad: 2.574, mse: 0.01226, grad: 2.118, conn: 2.25 },
    guided: { sad: 8.052, mse: 0.05014, grad: 6.951, conn: 8.625 },
  },
  {
    name: 'am2k_sample4',
    knn: { sad: 1.927, mse: 0.00946, grad: 2.439, conn: 1.561 },
    guided: { sad: 10.895, mse: 0.08944, grad: 18.699, conn: 11.23 },
  },
  {
    name: 'gfm_s_3',
    knn: { sad: 3.195, mse: 0.02405, grad: 4.513, conn: 2.943 },
    guided: { sad: 8.65, mse: 0.0745, grad: 9.455, conn: 9.383 },
  },
  {
    name: 'p3m_p_51c916fc',
    knn: { sad: 2.986, mse: 0.03331, grad: 3.686, conn: 2.854 },
    guided: { sad: 7.226, mse: 0.11609, grad: 11.662, conn: 7.813 },
  },
];

/** Share by which a score may differ: other processors round other sums. */
const TOLERANCE = 0.01;

async function score(name: string, matting: Matting): Promise<MatteScores> {
  const grey = (part: string): Promise<Buffer> =>
    sharp(footage(`images/${name}_${part}.png`))
      .extractChannel(0)
      .raw()
      .toBuffer();
  const image = await readImage(footage(`images/${name}.jpg`)!);
  const planes = planesOf(image.format);
  fillColour(planes, image);
  planes.trimap.set((await grey('trimap')).map((value) => (value === 0 || value === 255 ? value : 128)));
  matting(planes, image.format);
  const truth = Float32Array.from(await grey('alpha'), (value) => value / 255);
  return scoreMatte(planes.alpha, truth, planes.trimap, image.format.width, image.format.height);
}

const there = footage('images/gfm_s_3.jpg') !== undefined;

describe.skipIf(!there)(
  'classical matting of photographs (kept beside the project), against stored scores',
  () => {
    for (const { name, knn, guided } of SCORES) {
      it.each([
        { method: 'KNN', matting: knnMatting, stored: knn },
        { method: 'the guided filter', matting: guidedMatting, stored: guided },
      ])(`$method on ${name}`, async ({ matting, stored }) => {
        const scores = await score(name, matting);
        for (const metric of ['sad', 'mse', 'grad', 'conn'] as const)
          expect(Math.abs(scores[metric] / stored[metric] - 1), metric).toBeLessThan(TOLERANCE);
      });
    }
  },
);
