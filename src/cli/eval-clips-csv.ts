import type { ClipEvaluation, ClipResult, FrameBand, FrameScores } from '../evaluation/video/clip-results.js';
import { SCORE_COLUMNS } from '../evaluation/video/score-columns.js';

/** What each row says beside its scores: the frame's unknown region, change of alpha, and its trimap against the truth. */
const OTHER_COLUMNS = [
  'unknown-pixels',
  'change',
  'truth-change',
  'frames-to-painted',
  'band-covered',
  'band-wrong',
  'band-over-mixed',
  'band-over-tightest',
];

/** One row a clip, frame and method (RFC 4180), headed; a number that does not exist is empty. */
export function clipsCsv({ clips }: Pick<ClipEvaluation, 'clips'>): string {
  const head = ['clip', 'frame', 'method', ...SCORE_COLUMNS.map(({ name }) => name), ...OTHER_COLUMNS];
  return [head, ...clips.flatMap(rowsOf)].map((row) => row.map(field).join(',')).join('\r\n') + '\r\n';
}

type Field = string | number | undefined;

function rowsOf({ name: clip, methods, band }: ClipResult): Field[][] {
  const bands = new Map(band.frames.map((frame) => [frame.frame, frame]));
  return Object.entries(methods).flatMap(([method, { frames }]) =>
    frames.map((scores) => [
      ...[clip, scores.frame, method],
      ...SCORE_COLUMNS.map(({ ofFrame }) => ofFrame(scores)),
      ...others(scores, bands.get(scores.frame)),
    ]),
  );
}

function others({ unknownPixels, temporal }: FrameScores, band: FrameBand | undefined): Field[] {
  const { covered, wrong, overMixed, overTightest } = band?.quality ?? {};
  const change = temporal?.change;
  return [
    ...[unknownPixels, change?.predicted, change?.truth, band?.distance],
    ...[covered, wrong, overMixed, overTightest],
  ];
}

function field(value: Field): string {
  if (value === undefined) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
