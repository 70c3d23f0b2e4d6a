import { MEASURES } from '../evaluation/mean-scores.js';
import type { Evaluation } from '../evaluation/results.js';
import type { Sweep } from '../evaluation/sweep.js';

const COLUMNS = ['picture', 'method', 'width', 'height', 'unknown_pixels', ...MEASURES];

/** Comma-separated values (RFC 4180), a row a picture and method. */
export function evaluationCsv(evaluation: Evaluation): string {
  return csv([COLUMNS, ...rowsOf(evaluation)]);
}

/** The same, with the distance before each row. */
export function sweepCsv({ steps }: Sweep): string {
  const rows = steps.flatMap(({ distance, evaluation }) =>
    rowsOf(evaluation).map((row) => [distance, ...row]),
  );
  return csv([['distance', ...COLUMNS], ...rows]);
}

type Cell = string | number;

function rowsOf({ methods, pictures }: Evaluation): Cell[][] {
  return pictures.flatMap(({ name, width, height, unknownPixels, methods: scores }) =>
    methods.map((method) => [
      name,
      method,
      width,
      height,
      unknownPixels,
      // More digits than single precision holds would only look exact.
      ...MEASURES.map((measure) => Number(scores[method]![measure].toPrecision(7))),
    ]),
  );
}

function csv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}

function quoted(cell: Cell): string {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
