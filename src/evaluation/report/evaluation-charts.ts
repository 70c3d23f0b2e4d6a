import type { Chart } from '../chart.js';
import type { Evaluation, PictureResult } from '../results.js';
import { SCORE_COLUMNS } from './score-columns.js';

/** Pictures whose names fit side by side under a plot. */
const NAMED = 8;

/** The plots of an evaluation: each mean by method, and SAD picture by picture. */
export function evaluationCharts(evaluation: Evaluation): Chart[] {
  return [...(evaluation.pictures.length > 1 ? [pictureChart(evaluation)] : []), ...meanCharts(evaluation)];
}

function meanCharts({ methods, mean }: Evaluation): Chart[] {
  return SCORE_COLUMNS.map(({ key, label }) => ({
    name: `mean-${key}`,
    title: `Mean ${label}`,
    x: { name: 'method' },
    y: { name: label },
    kind: 'bars' as const,
    series: [
      {
        name: label,
        points: methods.flatMap((method) => {
          const value = mean[method]?.[key];
          return value === undefined ? [] : [[method, value] as const];
        }),
      },
    ],
  }));
}

/** Bars where there are few pictures; else lines over the pictures in order of difficulty. */
function pictureChart({ methods, pictures }: Evaluation): Chart {
  const few = pictures.length <= NAMED;
  const ordered = few ? pictures : [...pictures].sort((a, b) => meanSad(a) - meanSad(b));
  return {
    name: 'pictures-sad',
    title: 'SAD by picture',
    x: { name: few ? 'picture' : 'picture, by its mean SAD over the methods' },
    y: { name: 'SAD' },
    kind: few ? 'bars' : 'lines',
    series: methods.map((method) => ({
      name: method,
      points: ordered.flatMap(({ name, methods: scores }, index) => {
        const score = scores[method];
        return score ? [[few ? name : index + 1, score.sad] as const] : [];
      }),
    })),
  };
}

function meanSad({ methods }: PictureResult): number {
  const scores = Object.values(methods);
  return scores.reduce((sum, { sad }) => sum + sad, 0) / Math.max(1, scores.length);
}
