import type { MeanScores } from '../results.js';

/** A score as people read it. In all of them lower is better. */
export interface ScoreColumn {
  readonly key: keyof MeanScores;
  readonly label: string;
  /** What it measures, in a line. */
  readonly meaning: string;
  /** Digits after the point. */
  readonly digits: number;
}

/** In the order in which the field prints them. */
export const SCORE_COLUMNS: readonly ScoreColumn[] = [
  {
    key: 'sad',
    label: 'SAD',
    meaning: 'sum of absolute differences, unknown region, in thousands',
    digits: 2,
  },
  { key: 'mse', label: 'MSE', meaning: 'mean squared difference, unknown region', digits: 4 },
  { key: 'grad', label: 'Grad', meaning: 'gradient error, unknown region, in thousands', digits: 2 },
  { key: 'conn', label: 'Conn', meaning: 'connectivity error, unknown region, in thousands', digits: 2 },
  { key: 'mad', label: 'MAD', meaning: 'mean absolute difference, whole picture', digits: 4 },
  { key: 'seconds', label: 'Seconds', meaning: 'wall clock of one matte', digits: 2 },
];

/** A score with its column's digits. */
export function formatScore(value: number, { digits }: ScoreColumn): string {
  return value.toFixed(digits);
}
