/**
 * npm run bench: what things cost, measured side by side in one go. Times are this machine's and of this minute; read
 * the ratios. docs/benchmarks.md says what each benchmark measures.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { findFfmpeg } from '../src/ffmpeg/tools.js';
import { BENCHMARKS, chosenBenchmarks } from './benchmarks.js';
import { machineText, thisMachine } from './machine.js';
import { documentResult, saveResult } from './publish.js';
import { reportText } from './report.js';
import type { Benchmark } from './result.js';

interface Flags {
  readonly full: boolean;
  readonly docs: boolean;
  readonly out?: string;
}

const command = new Command('npm run bench --')
  .description('Measures what things cost; without a name, a set that takes less than five minutes.')
  .argument('[names...]', [...BENCHMARKS.keys()].join(', '))
  .option('--full', 'all benchmarks, or the named ones with more sizes and repetitions', false)
  .option('--out <dir>', 'write each result as JSON and its plots there')
  .option('--docs', 'put tables and plots into docs/benchmarks.md', false)
  .addHelpText('after', '\nExample: npm run bench -- unknown shapes --out out/bench')
  .action(async (names: string[], flags: Flags) => {
    let chosen: [string, Benchmark][];
    try {
      chosen = chosenBenchmarks(names, flags.full);
    } catch (error) {
      return command.error((error as RangeError).message, { exitCode: 2 });
    }
    await runAll(chosen, flags);
  });
await command.parseAsync();

async function runAll(chosen: readonly [string, Benchmark][], { full, docs, out }: Flags): Promise<void> {
  const ffmpeg = await findFfmpeg();
  const folder = await mkdtemp(join(tmpdir(), 'matteflow-bench-'));
  console.log(machineText(thisMachine()));
  try {
    for (const [name, run] of chosen) {
      const own = join(folder, name);
      await mkdir(own);
      const machine = thisMachine();
      const start = performance.now();
      const result = await run(own, ffmpeg, full);
      const seconds = (performance.now() - start) / 1000;
      console.log(`\n── ${name} (${seconds.toFixed(0)} s)\n\n${reportText(result)}`);
      const measured = { name, full, machine, date: new Date().toISOString(), seconds, result };
      if (out !== undefined) await saveResult(out, measured);
      if (docs) await documentResult(measured);
      await rm(own, { recursive: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
