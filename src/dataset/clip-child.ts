import { fork, type ChildProcess } from 'node:child_process';
import { compiledUrl } from '../core/compiled.js';
import { aborted, MatteflowError } from '../core/errors.js';
import type { Progress } from '../pipeline/progress.js';
import type { ClipJob, Workplace } from './clip-job.js';
import type { FromClipProcess, ToClipProcess } from './clip-messages.js';

/** Characters of a dead process's last words that reach a message. */
const KEPT_CHARACTERS = 1500;
/** Milliseconds that a process has to clean up before it is killed. */
const CLEANING = 30_000;

export interface ClipChildOptions {
  readonly place: Workplace;
  /** Seconds without progress after which a process counts as stuck and is killed. */
  readonly patience: number;
  /** The processor cores it is held to, with all its threads and ffmpeg's; Linux. Default: all. */
  readonly cores?: readonly number[];
}

/**
 * A process that mattes clips one after another. It is started with the first, and anew after every one that failed: what a
 * failure left behind cannot spoil the next.
 */
export class ClipChild {
  readonly #options: ClipChildOptions;
  #child: ChildProcess | undefined;
  #lastWords = '';

  constructor(options: ClipChildOptions) {
    this.#options = options;
  }

  /** Of the process, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Mattes a clip, or a part of one.
   *
   * @throws MatteflowError what `matteClip` throws in the process; `TOOL_FAILED` when the process died or was stuck;
   *   `ABORTED` when the signal fired, after what was begun has been cleaned away
   */
  async run(
    job: ClipJob,
    { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: Progress) => void },
  ): Promise<void> {
    if (signal.aborted) throw aborted(signal.reason);
    const child = (this.#child ??= this.#start());
    const stop = (): void => tell(child, { kind: 'stop' });
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#converse(child, job, onProgress);
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Ends the process; a clip it is at work on is cleaned away first. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.connected) child.disconnect();
    const kill = setTimeout(() => child.kill('SIGKILL'), CLEANING);
    await gone;
    clearTimeout(kill);
  }

  #start(): ChildProcess {
    const module = compiledUrl('./clip-process.js', import.meta.url);
    const child = fork(module, {
      // In a session of its own: Ctrl-C is for this process to hear, not for a clip that is to be finished.
      detached: true,
      ...launcher(this.#options.cores),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#lastWords = '';
    child.stderr?.on('data', (text: Buffer) => {
      this.#lastWords = (this.#lastWords + text.toString()).slice(-KEPT_CHARACTERS);
    });
    return child;
  }

  #converse(child: ChildProcess, job: ClipJob, onProgress: (progress: Progress) => void): Promise<void> {
    const { place, patience } = this.#options;
    return new Promise((resolve, reject) => {
      let stuck = false;
      const watch = setTimeout(() => {
        stuck = true;
        child.kill('SIGKILL');
      }, 1000 * patience);
      const settle = (end: () => void): void => {
        clearTimeout(watch);
        child.off('message', hear).off('exit', die).off('error', die);
        end();
      };
      const hear = (message: FromClipProcess): void => {
        watch.refresh();
        if (message.kind === 'progress') onProgress(message.progress);
        else if (message.kind === 'done') settle(() => resolve());
        else settle(() => reject(new MatteflowError(message.code, message.parts)));
      };
      const die = (code: number | Error | null, signal?: string): void => {
        const seen = stuck ? `no progress for ${patience} s` : endOf(code, signal, this.#lastWords);
        settle(() => reject(died(job, seen)));
      };
      child.on('message', hear).on('exit', die).on('error', die);
      tell(child, { kind: 'matte', job, place });
    });
  }
}

/** A process that has just died takes no messages; its end is heard of elsewhere. */
function tell(child: ChildProcess, message: ToClipProcess): void {
  if (child.connected) child.send(message, () => undefined);
}

function endOf(code: number | Error | null, signal: string | undefined, lastWords: string): string {
  if (code instanceof Error) return code.message;
  return [signal ?? `exit code ${code ?? 0}`, lastWords.trim()].filter(Boolean).join(': ');
}

function died({ entry }: ClipJob, seen: string): MatteflowError {
  return new MatteflowError('TOOL_FAILED', {
    what: 'the process that matted the clip died',
    seen,
    remedy: 'It is tried again; if it always dies, the clip or the memory it needs is the cause',
    subject: entry.name,
  });
}

/** What is started: Node, or taskset (util-linux), which holds itself to the cores and then becomes Node. */
function launcher(cores: readonly number[] | undefined): { execPath?: string; execArgv: string[] } {
  if (!cores) return { execArgv: [] };
  return { execPath: 'taskset', execArgv: ['--cpu-list', cores.join(','), process.execPath] };
}
