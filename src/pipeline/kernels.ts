import { compiledUrl } from '../core/compiled.js';
import type { Frame } from '../core/frame.js';
import type { Packing } from '../output/pack.js';
import type { PlanInput } from './kernel-worker.js';
import type { FramePlan, TilePlans } from './planned-frame.js';
import { ThreadPool } from './thread.js';

/** The per-frame kernels, run on worker threads. Every call leaves its result in the frame's planes. */
export interface Kernels {
  plan(frame: Frame, plans: TilePlans): Promise<FramePlan>;
  solvePrior(frame: Frame): Promise<void>;
  estimateForeground(frame: Frame): Promise<void>;
  pack(frame: Frame, packing: Packing): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param threads - frames worked on at once
 * @param signal - ends calls under way with `ABORTED`
 */
export function startKernels(threads: number, signal: AbortSignal): Kernels {
  const pool = new ThreadPool(compiledUrl('./kernel-worker.js', import.meta.url), { threads });
  return {
    plan: ({ memory }, plans) =>
      pool.run<FramePlan>('plan', { memory, plans } satisfies PlanInput, { signal }),
    solvePrior: ({ memory }) => pool.run('prior', memory, { signal }),
    estimateForeground: ({ memory }) => pool.run('foreground', memory, { signal }),
    pack: ({ memory }, packing) => pool.run('packed', { memory, packing }, { signal }),
    close: () => pool.close(),
  };
}
