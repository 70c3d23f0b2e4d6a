import type { MeanScores, PictureResult } from './results.js';

/** What there is a mean of, in the order it is printed. */
export const MEASURES = ['sad', 'mse', 'grad', 'conn', 'mad', 'seconds'] as const;

/** One of a method's figures. */
export type Measure = (typeof MEASURES)[number];

/** A method's means over pictures, each picture counting alike, as on the field's tables. */
export function meanScores(pictures: readonly PictureResult[], method: string): MeanScores {
  const mean = (measure: Measure): number =>
    pictures.reduce((sum, { methods }) => sum + methods[method]![measure], 0) / pictures.length;
  return Object.fromEntries(MEASURES.map((measure) => [measure, mean(measure)])) as Record<Measure, number>;
}
