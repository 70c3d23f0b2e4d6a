import { MessageChannel } from 'node:worker_threads';
import { compiledUrl } from '../core/compiled.js';
import type { Frame } from '../core/frame.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import type { Span } from '../ingest/clip-part.js';
import type { MatteVideoOptions, RunOptions } from './options.js';
import { progressMeter } from './progress.js';
import type { StageClock } from './stage-clock.js';
import { ThreadPool } from '../core/thread.js';
import type { TrimapProgress, TrimapSetup } from './trimap-worker.js';

/** A trimap for every frame of the run, made ready on a thread of its own. */
export interface ClipTrimaps {
  /** Fills the frame's trimap plane with that of the frame it shows. Resolves with how sure it is, 0..1. */
  fill(frame: Pick<Frame, 'index' | 'shows' | 'memory'>): Promise<number>;
  close(): Promise<void>;
}

export type KeyframeOptions = Pick<RunOptions, 'onProgress'> &
  Pick<MatteVideoOptions, 'salvage'> & {
    /** A folder that keeps what the pass makes; a later run on the same clip finds it there. */
    readonly keepIn?: string | undefined;
    /** The frames that trimaps will be asked for, by their positions in the run; all unless given. */
    readonly spans?: readonly Span[] | undefined;
  };

/**
 * Finds the painted trimaps and carries them to every frame of the run.
 *
 * @param path - a folder of trimaps named by frame number
 * @throws `TRIMAP_MISSING`, `TRIMAP_INVALID`, `TRIMAP_SIZE`, `TRIMAP_OUT_OF_RANGE`, and what decoding throws
 */
export async function openTrimaps(
  ffmpeg: Ffmpeg,
  clip: Clip,
  path: string,
  options: KeyframeOptions,
  clock: StageClock,
  signal: AbortSignal,
): Promise<ClipTrimaps> {
  const pool = new ThreadPool(compiledUrl('./trimap-worker.js', import.meta.url), {
    threads: 1,
    workerData: {
      ffmpeg,
      clip,
      trimaps: path,
      keepIn: options.keepIn,
      spans: options.spans,
      salvage: options.salvage ?? false,
    } satisfies TrimapSetup,
  });
  const close = async (): Promise<void> => {
    await pool.run('close', undefined);
    await pool.close();
  };
  try {
    await runPass(pool, options, signal);
    return {
      fill: ({ shows: index, memory }) =>
        pool.run('fill', { index, memory }, { signal, busy: clock.counter('trimap') }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The pass is told to stop and not killed: it has files to remove. */
async function runPass(
  pool: ThreadPool,
  { onProgress }: Pick<RunOptions, 'onProgress'>,
  signal: AbortSignal,
): Promise<void> {
  const { port1: ours, port2: port } = new MessageChannel();
  const progress = progressMeter('trimaps', onProgress);
  ours.on('message', ({ frame, frames }: TrimapProgress) => progress(frame, frames));
  const abort = (): void => ours.postMessage('abort');
  signal.addEventListener('abort', abort, { once: true });
  try {
    await pool.run('open', { port }, { transfer: [port] });
  } finally {
    signal.removeEventListener('abort', abort);
    ours.close();
  }
}
