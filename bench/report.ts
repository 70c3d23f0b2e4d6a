import type { Chart } from '../src/evaluation/chart.js';
import type { BenchResult, Table } from './result.js';

/** The result for a terminal: columns as wide as their longest cell. */
export function reportText({ tables, notes = [] }: BenchResult): string {
  return [...tables.map(tableText), ...notes].join('\n\n');
}

/**
 * The result for the documentation.
 *
 * @param plots - the folder of the plots, relative to the document
 */
export function reportMarkdown({ tables, charts = [], notes = [] }: BenchResult, plots: string): string {
  const picture = ({ name, title }: Chart): string => `![${title}](${plots}/${name}.svg)`;
  return [...tables.map(tableMarkdown), ...charts.map(picture), ...notes].join('\n\n');
}

/**
 * The document with the text between `<!-- results:NAME -->` and `<!-- /results:NAME -->` replaced.
 *
 * @throws Error when the document has no such place
 */
export function withResults(document: string, name: string, results: string): string {
  const [open, close] = [`<!-- results:${name} -->`, `<!-- /results:${name} -->`];
  const [from, to] = [document.indexOf(open), document.indexOf(close)];
  if (from === -1 || to < from) throw new Error(`the document has no place marked ${open} … ${close}`);
  return `${document.slice(0, from + open.length)}\n\n${results}\n\n${document.slice(to)}`;
}

function tableText({ title, columns, rows }: Table): string {
  const lines = [columns, ...rows];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const padded = (line: readonly string[]): string =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return [title, ...lines.map((line) => `  ${padded(line)}`)].join('\n');
}

function tableMarkdown({ title, columns, rows }: Table): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, i) => (i === 0 ? '---' : '---:'));
  return [`**${title}**`, '', row(columns), row(rule), ...rows.map(row)].join('\n');
}
