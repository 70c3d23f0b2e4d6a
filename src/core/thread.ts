import { availableParallelism } from 'node:os';
import type { Transferable, Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { asError, MatteflowError, throwIfAborted, type ErrorCode, type ErrorParts } from './errors.js';

/** What a worker's task hands back: structured clone would strip an error of its code. */
type TaskOutcome<T> =
  | { readonly value: T; readonly seconds: number }
  | { readonly failure: { code: ErrorCode; parts: ErrorParts } };

/** What a worker module exports for `ThreadPool.run` to call by name. */
export type Task<I, T> = (input: I) => Promise<TaskOutcome<T>>;

/** Wraps a task so that its errors keep their code and clauses across the thread's border. */
export function task<I, T>(run: (input: I) => T | Promise<T>): Task<I, T> {
  return async (input) => {
    const start = performance.now();
    try {
      const value = await run(input);
      return { value, seconds: (performance.now() - start) / 1000 };
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
  readonly #loaded: Promise<unknown>;

  /**
   * @param module - the compiled worker module (`compiledUrl`)
   * @param options.youngMegabytes - a thread's room for short-lived objects; default 3, V8's least. It would double that every few
   *   thousand frames up to 48 MB, which in a long run looks like a leak; what is computed on lies in buffers, not there
   */
  constructor(module: URL, options: { threads: number; workerData?: unknown; youngMegabytes?: number }) {
    this.#pool = new Piscina({
      filename: module.href,
      minThreads: options.threads,
      maxThreads: options.threads,
      workerData: options.workerData,
      resourceLimits: { maxYoungGenerationSizeMb: options.youngMegabytes ?? 3 },
      // ffmpeg's pipe is opened as a file and closed as a socket: a thread that kept a list of open files would close the
      // number again as it ends, whoever has it then.
      trackUnmanagedFds: false,
    });
    this.#loaded = Promise.all(this.#pool.threads.map(firstWord));
  }

  /**
   * Runs one exported task by name. Planes travel as SharedArrayBuffers: nothing is copied. A task under way is never
   * cut short: ending a thread inside a native library brings the whole process down.
   *
   * @param options.busy - is told how long the task itself took, waiting for a thread not counted, seconds
   * @throws the task's own `MatteflowError`; `ABORTED` when the signal fires before the task is done
   */
  async run<T>(
    name: string,
    input: unknown,
    options: {
      readonly signal?: AbortSignal;
      readonly transfer?: readonly Transferable[];
      readonly busy?: (seconds: number) => void;
    } = {},
  ): Promise<T> {
    const { signal, transfer = [], busy } = options;
    if (signal) throwIfAborted(signal);
    const outcome = (await this.#pool.run(input, { name, transferList: [...transfer] })) as TaskOutcome<T>;
    if (signal) throwIfAborted(signal);
    if ('value' in outcome) {
      busy?.(outcome.seconds);
      return outcome.value;
    }
    throw new MatteflowError(outcome.failure.code, outcome.failure.parts);
  }

  /**
   * Waits for the tasks under way and ends the threads. A thread still loading its module is waited for too: Node 20
   * aborts the whole process when a thread is ended inside a `require` of an ES module.
   */
  async close(): Promise<void> {
    for (const thread of this.#pool.threads) thread.ref();
    await this.#loaded;
    await this.#pool.close();
  }
}

/** Resolves when the thread has loaded its module, and so says its first word, or has failed to. */
function firstWord(thread: Worker): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['message', 'exit'] as const) thread.once(event, () => resolve());
  });
}

/** Cores this process may use. */
export function coreCount(): number {
  return availableParallelism();
}
