import type { Chart } from '../chart.js';
import type { BandQuality } from './band-quality.js';
import type { ClipResult, FrameScores, MethodResult } from './clip-results.js';
import { SCORE_COLUMNS, type ScoreColumn } from './score-columns.js';

/** A clip's numbers over time: flicker first, then every score, methods as series; then the trimaps' quality. */
export function clipCharts(result: ClipResult): readonly Chart[] {
  return [
    changeChart(result),
    ...SCORE_COLUMNS.map((column) => scoreChart(result, column)),
    bandChart(result, 'band', 'Unknown pixels for each truly mixed one', 'overMixed'),
    bandChart(result, 'wrong', 'Share of known pixels that are wrong', 'wrong'),
  ];
}

/** How much alpha changes from frame to frame: a matte above the truth's line flickers, one below it lags. */
function changeChart(result: ClipResult): Chart {
  const methods = Object.entries(result.methods);
  // The truth's change is the same whoever was judged.
  const truth = methods.slice(0, 1).map(([, method]) => ({
    name: 'truth',
    points: overTime(method, ({ temporal }) => temporal?.change.truth),
  }));
  const predicted = methods.map(([name, method]) => ({
    name,
    points: overTime(method, ({ temporal }) => temporal?.change.predicted),
  }));
  return {
    ...chartOf(result, 'change', 'change of alpha from frame to frame'),
    y: { name: 'Mean |change of alpha| over the unknown region' },
    // Last, so that a method has the same colour in every chart.
    series: [...predicted, ...truth],
  };
}

function scoreChart(result: ClipResult, { name, heading, ofFrame }: ScoreColumn): Chart {
  return {
    ...chartOf(result, name, heading),
    y: { name: heading },
    series: Object.entries(result.methods).map(([method, scores]) => ({
      name: method,
      points: overTime(scores, ofFrame),
    })),
  };
}

function bandChart(result: ClipResult, name: string, axis: string, share: keyof BandQuality): Chart {
  const points = result.band.frames.flatMap(({ frame, quality }) => {
    const value = quality[share];
    return value === undefined ? [] : [[frame, value] as const];
  });
  return {
    ...chartOf(result, name, `trimaps painted at ${result.painted.join(', ')}`),
    y: { name: axis },
    series: [{ name: 'trimaps', points }],
  };
}

function chartOf(
  result: ClipResult,
  name: string,
  title: string,
): Pick<Chart, 'name' | 'title' | 'x' | 'kind'> {
  return {
    name: `${result.name}-${name}`,
    title: `${result.name}: ${title}`,
    x: { name: 'Frame' },
    kind: 'lines',
  };
}

function overTime(
  { frames }: MethodResult,
  valueOf: (frame: FrameScores) => number | undefined,
): (readonly [number, number])[] {
  return frames.flatMap((frame) => {
    const value = valueOf(frame);
    return value === undefined ? [] : [[frame.frame, value] as const];
  });
}
