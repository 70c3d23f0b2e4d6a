import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { machineText, type Machine } from './machine.js';
import { plotSvg } from '../src/evaluation/plot.js';
import { reportMarkdown, withResults } from './report.js';
import type { BenchResult } from './result.js';

/** From dist/bench. */
const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));

/** One benchmark's result and what it was measured on. */
export interface Measured {
  readonly name: string;
  readonly full: boolean;
  readonly machine: Machine;
  /** ISO 8601. */
  readonly date: string;
  /** Wall-clock seconds the benchmark took. */
  readonly seconds: number;
  readonly result: BenchResult;
}

/** Writes NAME.json and the plots below `folder`. */
export async function saveResult(folder: string, measured: Measured): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${measured.name}.json`), `${JSON.stringify(measured, undefined, 2)}\n`);
  await savePlots(folder, measured.result);
}

/** Puts the tables and plots into docs/benchmarks.md, in the place that is marked with the benchmark's name. */
export async function documentResult({ name, full, machine, date, result }: Measured): Promise<void> {
  await savePlots(join(DOCS, 'plots'), result);
  const path = join(DOCS, 'benchmarks.md');
  const provenance = `_${machineText(machine)}; ${date.slice(0, 10)}${full ? '' : '; the quick version'}._`;
  const results = `${reportMarkdown(result, 'plots')}\n\n${provenance}`;
  const document = withResults(await readFile(path, 'utf8'), name, results);
  await writeFile(path, await format(document, { ...(await resolveConfig(path)), parser: 'markdown' }));
}

async function savePlots(folder: string, { charts = [] }: BenchResult): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const chart of charts) await writeFile(join(folder, `${chart.name}.svg`), plotSvg(chart));
}
