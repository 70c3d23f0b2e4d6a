/**
 * npm run bench: what a run costs, measured side by side in one go. Times are this machine's and of this minute; read the
 * ratios. `npm run bench -- memory` compares the peak memory of a short and a long run instead;
 * `npm run bench -- io` what decoding and encoding take beside ffmpeg alone.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfmpeg } from '../src/ffmpeg/tools.js';
import { benchIo } from './io.js';
import { benchMemory } from './memory.js';
import { benchStages } from './stages.js';

const folder = await mkdtemp(join(tmpdir(), 'matteflow-bench-'));
try {
  const ffmpeg = await findFfmpeg();
  const bench = { memory: benchMemory, io: benchIo }[process.argv[2] ?? ''] ?? benchStages;
  for (const line of await bench(folder, ffmpeg)) console.log(line);
} finally {
  await rm(folder, { recursive: true, force: true });
}
