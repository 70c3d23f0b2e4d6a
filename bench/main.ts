/**
 * npm run bench: what a run costs, measured side by side in one go. Times are this machine's and of this minute; read the
 * ratios. `npm run bench -- memory` compares the peak memory of a short and a long run instead, `-- kernels` times the
 * kernels that run once a frame.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfmpeg } from '../src/ffmpeg/tools.js';
import { benchKernels } from './kernels.js';
import { benchMemory } from './memory.js';
import { benchStages } from './stages.js';

const folder = await mkdtemp(join(tmpdir(), 'matteflow-bench-'));
try {
  const ffmpeg = await findFfmpeg();
  const benches = new Map([
    ['memory', benchMemory],
    ['kernels', benchKernels],
  ]);
  const bench = benches.get(process.argv[2] ?? '') ?? benchStages;
  for (const line of await bench(folder, ffmpeg)) console.log(line);
} finally {
  await rm(folder, { recursive: true, force: true });
}
