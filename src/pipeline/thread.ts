import { availableParallelism } from 'node:os';
import type { Transferable } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { aborted, asError, MatteflowError, type ErrorCode, type ErrorParts } from '../core/errors.js';

/** What a worker's task hands back: structured clone would strip an error of its code. */
export type TaskOutcome<T> = { readonly value: T } | { readonly failure: { code: ErrorCode; parts: ErrorParts } };

/** What a worker module exports for `ThreadPool.run` to call by name. */
export type Task<I, T> = (input: I) => Promise<TaskOutcome<T>>;

/** Wraps a task so that its errors keep their code and clauses across the thread's border. */
export function task<I, T>(run: (input: I) => T | Promise<T>): Task<I, T> {
  return async (input) => {
    try {
      return { value: await run(input) };
    } catch (error) {
      if (!(error instanceof MatteflowError)) throw error;
      const { cause, ...parts } = error.parts;
      return { failure: { code: error.code, parts: { ...parts, cause: cause && asError(cause) } } };
    }
  };
}

/** Worker threads that all run one module's exported tasks. */
export class ThreadPool {
  readonly #pool: Piscina;

  /** @param module - the compiled worker module (`compiledUrl`) */
  constructor(module: URL, options: { threads: number; workerData?: unknown }) {
    this.#pool = new Piscina({
      filename: module.href,
      minThreads: options.threads,
      maxThreads: options.threads,
      workerData: options.workerData,
    });
  }

  /**
   * Runs one exported task by name. Planes travel as SharedArrayBuffers: nothing is copied.
   * @throws the task's own `MatteflowError`; `ABORTED` when the signal fires (the thread is then ended)
   */
  async run<T>(
    name: string,
    input: unknown,
    { signal, transfer = [] }: { signal?: AbortSignal; transfer?: readonly Transferable[] } = {},
  ): Promise<T> {
    let outcome: TaskOutcome<T>;
    try {
      outcome = (await this.#pool.run(input, {
        name,
        signal: signal ?? null,
        transferList: [...transfer],
      })) as TaskOutcome<T>;
    } catch (error) {
      if (signal?.aborted) throw aborted(signal.reason);
      throw error;
    }
    if ('value' in outcome) return outcome.value;
    throw new MatteflowError(outcome.failure.code, outcome.failure.parts);
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** Cores this process may use. */
export function coreCount(): number {
  return availableParallelism();
}
