import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { matteVideo, type MatteVideoResult } from '../../src/pipeline/matte-video.js';
import type { MatteVideoOptions } from '../../src/pipeline/options.js';
import { temporaryFolder } from './made-clip.js';
import { madeShot } from './made-shot.js';

/** A shot to be matted in segments of ten frames, without a network. */
export interface JournalledShot {
  readonly folder: string;
  readonly input: string;
  readonly trimaps: string;
  readonly out: string;
  readonly journal: string;
  /** Mattes it, into `out` unless told. */
  readonly matte: (more?: Partial<MatteVideoOptions>) => Promise<MatteVideoResult>;
  /** Mattes it until two segments are finished, and stops there. */
  readonly begin: (more?: Partial<MatteVideoOptions>) => Promise<void>;
}

export async function journalledShot(frames = 45, name = 'out.mov'): Promise<JournalledShot> {
  const folder = await temporaryFolder();
  const { input, trimaps } = await madeShot(folder, frames);
  const out = join(folder, name);
  const journal = `${out}.journal`;
  const matte: JournalledShot['matte'] = (more = {}) =>
    matteVideo({ input, trimaps, output: out, model: 'guided-filter', segment: 10, ...more });
  return {
    ...{ folder, input, trimaps, out, journal, matte },
    begin: async (more = {}) => {
      const stop = new AbortController();
      const run = matte({
        ...more,
        signal: stop.signal,
        // The third segment does not end before the second one is recorded.
        onFrame: async ({ index }) => {
          if (index < 29) return;
          await until(async () => (await finishedSegments(journal)) === 2);
          stop.abort();
        },
      });
      await run.catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
    },
  };
}

/** Segments that a journal has a record of. */
export async function finishedSegments(journal: string): Promise<number> {
  return (await readdir(journal).catch(() => [])).filter((name) => /^\d+\.json$/.test(name)).length;
}

/** Waits for a condition as long as the test may take. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Every file of an output, a file or a folder, by name. */
export async function contentOf(path: string): Promise<Map<string, string>> {
  const names = await readdir(path).catch(() => undefined);
  if (!names) return new Map([['', (await readFile(path)).toString('latin1')]]);
  const read = names
    .sort()
    .map(async (name) => [name, (await readFile(join(path, name))).toString('latin1')] as const);
  return new Map(await Promise.all(read));
}
