/** A thread that draws foregrounds: picture `number` follows from the seed, its kind and the photographs alone. */
import { workerData } from 'node:worker_threads';
import { task, type Task } from '../core/thread.js';
import { PictureCache } from './data/picture-cache.js';
import { readBackground } from './data/read-pictures.js';
import type { Background, Foreground } from './foreground.js';
import { Random } from './random.js';
import type { SynthesisKind } from './synthesis/kinds.js';
import { synthesise } from './synthesis/synthesise.js';

export interface DrawSetup {
  readonly seed: number;
  readonly side: number;
  /** Files. */
  readonly photographs: readonly string[];
}

export interface Drawing {
  readonly number: number;
  readonly kind: SynthesisKind;
}

/** Of each drawing; its surfaces are cut from these. */
const PHOTOGRAPHS = 3;

const LONGEST = 2048;

const { seed, side, photographs } = workerData as DrawSetup;
const cache = new PictureCache<Background>(2 ** 28, ({ rgb }) => rgb.length);

export const draw: Task<Drawing, Foreground> = task(async ({ number, kind }) => {
  const random = new Random(seed).fork(number);
  const files =
    photographs.length === 0 ? [] : Array.from({ length: PHOTOGRAPHS }, () => random.pick(photographs));
  const pictures = await Promise.all(
    files.map((path) => cache.get(path, () => readBackground(path, LONGEST))),
  );
  return synthesise(kind, random, { side, photographs: pictures });
});
