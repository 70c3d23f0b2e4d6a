import type { Measure } from '../evaluation/mean-scores.js';
import type { Evaluation, MeanScores } from '../evaluation/results.js';
import type { Sweep } from '../evaluation/sweep.js';
import { tableLines } from './text-table.js';

interface Column {
  readonly measure: Measure;
  readonly head: string;
  readonly digits: number;
}

const COLUMNS: readonly Column[] = [
  { measure: 'sad', head: 'SAD', digits: 2 },
  { measure: 'mse', head: 'MSE', digits: 4 },
  { measure: 'grad', head: 'Grad', digits: 2 },
  { measure: 'conn', head: 'Conn', digits: 2 },
  { measure: 'mad', head: 'MAD', digits: 5 },
  { measure: 'seconds', head: 'seconds', digits: 2 },
];

const UNITS = [
  'Over the unknown region: SAD, Grad and Conn in thousands, MSE times 1. MAD: mean difference over the whole frame.',
  'Seconds: the matte alone, a picture. Means count every picture alike.',
];

/** Rows of single pictures are shown unasked up to this many. */
const FEW_ROWS = 12;

/** The evaluation for a terminal: a table of means, and one of pictures where they are few or asked for. */
export function evaluationText(evaluation: Evaluation, options: { readonly pictures: boolean }): string {
  const { set, methods, pictures } = evaluation;
  const rows = pictures.length * methods.length;
  const many = pictures.length === 1 ? '1 picture' : `${pictures.length} pictures`;
  return [
    `${set}: ${many}`,
    '',
    ...meansTable(evaluation),
    ...(options.pictures || rows <= FEW_ROWS ? ['', ...picturesTable(evaluation)] : []),
    '',
    ...UNITS,
    ...(methods.length > 1 ? ['* the best of its column'] : []),
    ...skippedLines(evaluation),
  ].join('\n');
}

/** The sweep for a terminal: a table of means for each distance. */
export function sweepText({ set, steps }: Sweep): string {
  const { pictures, methods } = steps[0]!.evaluation;
  return [
    `${set}: ${pictures.length} pictures, unknown up to so many pixels from the soft ones`,
    ...steps.flatMap(({ distance, evaluation }) => ['', `distance ${distance}`, ...meansTable(evaluation)]),
    '',
    ...UNITS,
    ...(methods.length > 1 ? ['* the best of its column'] : []),
    ...skippedLines(steps[0]!.evaluation),
  ].join('\n');
}

function meansTable({ methods, mean }: Evaluation): string[] {
  const bests = bestOf(methods.map((name) => mean[name]!));
  const rows = methods.map((name) => [name, ...cells(mean[name]!, bests)]);
  return tableLines([['mean', ...heads()], ...rows]);
}

function picturesTable({ methods, pictures }: Evaluation): string[] {
  const rows = pictures.flatMap(({ name, methods: scores }) =>
    methods.map((method, nth) => [nth === 0 ? name : '', method, ...cells(scores[method]!)]),
  );
  return tableLines([['picture', 'method', ...heads()], ...rows], 2);
}

function heads(): string[] {
  return COLUMNS.map(({ head }) => `${head} `);
}

/** Numbers, with room for the star that marks the best. */
function cells(scores: MeanScores, bests?: ReadonlyMap<Measure, string>): string[] {
  return COLUMNS.map(({ measure, digits }) => {
    const text = scores[measure].toFixed(digits);
    return `${text}${text === bests?.get(measure) ? '*' : ' '}`;
  });
}

/** The best of each column as it is printed, so that what looks equal is marked alike; none without a choice. */
function bestOf(rows: readonly MeanScores[]): ReadonlyMap<Measure, string> | undefined {
  if (rows.length < 2) return undefined;
  return new Map(
    COLUMNS.filter(({ measure }) => measure !== 'seconds').map(({ measure, digits }) => [
      measure,
      Math.min(...rows.map((row) => row[measure])).toFixed(digits),
    ]),
  );
}

function skippedLines({ skipped }: Evaluation): string[] {
  if (skipped.length === 0) return [];
  return ['', `left out: ${skipped.length}`, ...skipped.map(({ name, reason }) => `  ${name}: ${reason}`)];
}
