import { concat, concatMap, defer, of, type OperatorFunction } from 'rxjs';
import { compiledUrl } from '../core/compiled.js';
import { MatteflowError } from '../core/errors.js';
import type { Frame, FrameFormat } from '../core/frame.js';
import { ThreadPool } from '../core/thread.js';
import type { MatteVideoOptions } from './options.js';
import type { StageClock } from './stage-clock.js';
import type { SteadyInput, SteadySetup, TakeInput } from './steady-worker.js';

/** Frames that wait for the next one, or are looked at as the next one. */
export const FRAMES_STEADYING = 2;

const MOST_STEADY = 4;

/**
 * How much alpha is to be steadied; undefined where it is not.
 *
 * @throws `USAGE` for a strength out of range, and for a run of one frame
 */
export function steadyStrength(
  { steady }: Pick<MatteVideoOptions, 'steady'>,
  frameCount: number,
): number | undefined {
  if (steady === undefined) return undefined;
  if (!(steady > 0 && steady <= MOST_STEADY)) {
    throw new MatteflowError('USAGE', {
      what: 'steady is out of range',
      seen: String(steady),
      expected: `a number above 0, up to ${MOST_STEADY}; 1 gives each neighbour as much weight as the frame`,
    });
  }
  if (frameCount === 1) {
    throw new MatteflowError('USAGE', {
      what: 'alpha is steadied by the frames beside it, and this run has one frame',
      seen: `steady ${steady}`,
      remedy: 'Leave out steady',
    });
  }
  return steady;
}

/** The thread that steadies alpha. */
export interface Steadier {
  /** Takes a frame in as it was matted. @param begins - it has nothing to do with the frames before */
  take(frame: Frame, begins: boolean): Promise<void>;
  /** Filters a frame that was taken in, by its neighbours that were. */
  steady(frame: Frame): Promise<void>;
  close(): Promise<void>;
}

/** @param strength - how much a neighbour counts against the frame itself */
export function startSteadier(
  format: FrameFormat,
  strength: number,
  clock: StageClock,
  signal: AbortSignal,
): Steadier {
  const pool = new ThreadPool(compiledUrl('./steady-worker.js', import.meta.url), {
    threads: 1,
    workerData: { format, strength } satisfies SteadySetup,
  });
  const run = (name: string, input: SteadyInput | TakeInput): Promise<void> =>
    pool.run(name, input, { signal, busy: clock.counter('steady') });
  return {
    take: ({ index, memory }, begins) => run('take', { index, memory, begins }),
    steady: ({ index, memory }) => run('steady', { index, memory }),
    close: () => pool.close(),
  };
}

/**
 * Filters every frame's alpha by the frames beside it, and passes it on once the next one has been seen. A window of
 * frames ends where they do not follow one another, and where it is told to: what lies beyond has no say.
 *
 * @param endsWindow - whether the frame at this position of the run is the last of its window
 */
export function steadyAlpha(
  steadier: Pick<Steadier, 'take' | 'steady'>,
  endsWindow: (index: number) => boolean,
): OperatorFunction<Frame, Frame> {
  return (source) =>
    defer(() => {
      /** Taken in, and waiting for the next one. */
      let waiting: Frame | undefined;
      const settle = async (): Promise<Frame[]> => {
        if (!waiting) return [];
        const frame = waiting;
        waiting = undefined;
        await steadier.steady(frame);
        return [frame];
      };
      const take = async (frame: Frame): Promise<Frame[]> => {
        const apart = waiting?.index !== frame.index - 1 ? await settle() : [];
        await steadier.take(frame, waiting === undefined);
        const before = await settle();
        waiting = frame;
        return [...apart, ...before, ...(endsWindow(frame.index) ? await settle() : [])];
      };
      return concat(source, of(undefined)).pipe(
        concatMap((frame) => (frame ? take(frame) : settle())),
        concatMap((frames) => frames),
      );
    });
}
