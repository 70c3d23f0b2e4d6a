import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SMALL_YOUNG_GENERATION } from '../src/core/heaps.js';
import type { Progress } from '../src/pipeline/progress.js';
import type { MatteRun } from './matte-process.js';
import { treeMegabytes } from './tree-memory.js';

const PROCESS = fileURLToPath(new URL('./matte-process.js', import.meta.url));

/** Memory of a run's processes over its frames. */
export interface MemorySeries {
  readonly phase: Progress['phase'];
  /** Frames done and MB. */
  readonly points: readonly (readonly [number, number])[];
}

/**
 * Runs a matte in a process of its own and reads the memory of its whole tree of processes on the way (Linux).
 *
 * @param every - frames between two readings, at least
 * @throws Error when the run fails; what it had to say went to stderr
 */
export function memorySeries(run: MatteRun, every: number): Promise<MemorySeries[]> {
  const child = fork(PROCESS, [JSON.stringify(run)], {
    execArgv: [SMALL_YOUNG_GENERATION],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const phases = new Map<Progress['phase'], [number, number][]>();
  let reading = false;
  child.on('message', ({ phase, frame }: Progress) => {
    const points = phases.get(phase) ?? [];
    phases.set(phase, points);
    if (reading || frame < (points.at(-1)?.[0] ?? 0) + every) return;
    reading = true;
    void treeMegabytes(child.pid!).then((megabytes) => {
      reading = false;
      points.push([frame, megabytes]);
    });
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve([...phases].map(([phase, points]) => ({ phase, points })));
      else reject(new Error(`the run ended with ${code}`));
    });
  });
}
