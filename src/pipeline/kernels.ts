import { compiledUrl } from '../core/compiled.js';
import type { Frame } from '../core/frame.js';
import type { ClassicalName } from '../matting/classical.js';
import type { Packing } from '../output/pack.js';
import type { ClassicalInput, ForegroundInput, PlanInput, PriorInput } from './kernel-worker.js';
import type { FramePlan, TilePlans } from './planned-frame.js';
import type { ForegroundMethod, PriorKind } from './options.js';
import type { StageClock } from './stage-clock.js';
import { ThreadPool } from '../core/thread.js';

/** The per-frame kernels, run on worker threads. Every call leaves its result in the frame's planes. */
export interface Kernels {
  plan(frame: Frame, plans: TilePlans): Promise<FramePlan>;
  /** The whole alpha by a method without networks. */
  classicalAlpha(frame: Frame, method: ClassicalName): Promise<FramePlan>;
  solvePrior(frame: Frame, kind: PriorKind): Promise<void>;
  estimateForeground(frame: Frame, method: ForegroundMethod): Promise<void>;
  pack(frame: Frame, packing: Packing): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param threads - frames worked on at once
 * @param clock - learns how long each kernel was at work
 * @param signal - ends calls under way with `ABORTED`
 */
export function startKernels(threads: number, clock: StageClock, signal: AbortSignal): Kernels {
  const pool = new ThreadPool(compiledUrl('./kernel-worker.js', import.meta.url), { threads });
  const run = <T>(task: string, input: unknown): Promise<T> =>
    pool.run<T>(task, input, { signal, busy: clock.counter(task) });
  return {
    plan: ({ memory }, plans) => run('plan', { memory, plans } satisfies PlanInput),
    classicalAlpha: ({ memory }, method) => run('alpha', { memory, method } satisfies ClassicalInput),
    solvePrior: ({ memory }, kind) => run('prior', { memory, kind } satisfies PriorInput),
    estimateForeground: ({ memory }, method) =>
      run('foreground', { memory, method } satisfies ForegroundInput),
    pack: ({ memory }, packing) => run('pack', { memory, packing }),
    close: () => pool.close(),
  };
}
