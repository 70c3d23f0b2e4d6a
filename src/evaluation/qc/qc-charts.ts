import type { FrameReport } from '../../pipeline/run-report.js';
import type { Chart } from '../chart.js';

/** A run over time: flicker, the trimaps' confidence, the unknown region. Cuts are marked. */
export function qcCharts(frames: readonly FrameReport[]): readonly Chart[] {
  const marks = frames.filter(({ cut }) => cut).map(({ number }) => number);
  const chart = (
    name: string,
    title: string,
    axis: string,
    valueOf: (frame: FrameReport) => number | undefined,
  ): Chart => ({
    ...{ name, title, marks, kind: 'curves' as const },
    x: { name: 'Frame' },
    y: { name: axis },
    series: [{ name, points: frames.flatMap((frame) => pointOf(frame, valueOf(frame))) }],
  });
  return [
    chart('flicker', 'Flicker', 'Mean |change of alpha| along the motion', ({ flicker }) => flicker),
    chart('confidence', 'Confidence of the trimap', '0 to 1', ({ confidence }) => confidence),
    chart('unknown', 'Unknown region', 'Percent of the frame', ({ unknown }) => 100 * unknown),
  ];
}

function pointOf({ number }: FrameReport, value: number | undefined): (readonly [number, number])[] {
  return value === undefined ? [] : [[number, value]];
}
