import { closeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import Fluent from 'fluent-ffmpeg';
import { aborted, MatteflowError, throwIfAborted } from '../core/errors.js';
import { streamFlow, type ByteFlow } from './byte-flow.js';
import { pipeFlow, type Pipe } from './pipe.js';
import { spawnTool, type Exit } from './spawn.js';
import { terminate } from './terminate.js';
import type { Ffmpeg } from './tools.js';

/**
 * What ffmpeg reads or writes. `'pipe'` is its stdin or stdout; any other string is a path, whatever it looks like.
 * `verbatim` passes something that is no path (a lavfi graph, a network address): never a name a stranger chose.
 */
export type FfmpegEnd = string | { readonly verbatim: string };

/** One run of ffmpeg: inputs and outputs with the options that stand before each, one token an element. */
export interface FfmpegJob {
  /** At most one is `'pipe'`. */
  readonly inputs: readonly { readonly source: FfmpegEnd; readonly options: readonly string[] }[];
  /** At most one is `'pipe'`. A file that exists is overwritten: give a temporary name and rename it. */
  readonly outputs: readonly { readonly target: FfmpegEnd; readonly options: readonly string[] }[];
  readonly globalOptions?: readonly string[];
  /** A terminal's Ctrl-C does not reach it: whoever feeds it ends its input, and it finishes. */
  readonly ownGroup?: true;
}

/** A running ffmpeg. */
export interface FfmpegProcess {
  /** Present when an input is `'pipe'`. Write through `feed`, then `end()`; `done` says how it went. */
  readonly stdin?: Writable;
  /** Present when an output is `'pipe'`. Ends only after ffmpeg has exited well; fails with the error of `done`. */
  readonly stdout?: ByteFlow;
  /**
   * Resolves when ffmpeg has exited with code 0, to the errors it reported and survived ("" for none).
   * Rejects with `TOOL_FAILED` (its last words) or `ABORTED`.
   */
  readonly done: Promise<string>;
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
}

/**
 * Starts ffmpeg. When `signal` fires its pipes are closed and it is asked to stop, then killed after two seconds.
 * A job with a pipe also ends when this process dies without a word: its input ends, or its output breaks.
 *
 * @param pipe - for a job with an output `'pipe'`: what carries it, instead of what Node makes. Closed here, whatever
 *   happens.
 * @throws MatteflowError `ABORTED` when the signal has fired already
 */
export function startFfmpeg(ffmpeg: Ffmpeg, job: FfmpegJob, signal: AbortSignal, pipe?: Pipe): FfmpegProcess {
  const writes = job.outputs.some(({ target }) => target === 'pipe');
  const carrier = pipe && pipeFlow(pipe.readEnd);
  try {
    throwIfAborted(signal);
    const { child, exit } = spawnTool(ffmpeg.ffmpeg, ffmpegArguments(job), {
      stdin: job.inputs.some(({ source }) => source === 'pipe'),
      stdout: writes && (pipe?.writeEnd ?? true),
      ownGroup: job.ownGroup ?? false,
    });
    const output = carrier ?? (child.stdout && streamFlow(child.stdout));

    const stop = (): void => {
      // One that is stuck in a write to a full pipe hears no signal.
      output?.destroy();
      terminate(child);
    };
    signal.addEventListener('abort', stop, { once: true });
    const done = exit.then((end) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) throw aborted(signal.reason);
      if (end.failure) throw failed(end, end.failure, ffmpeg);
      return end.complaint;
    });
    // Whoever awaits `done` still sees the rejection; one that comes before anybody does must not end the process.
    done.catch(() => undefined);
    // A write after ffmpeg has gone fails with EPIPE, the symptom; `done` has the cause.
    child.stdin?.on('error', () => undefined);

    return {
      ...(child.stdin && { stdin: child.stdin }),
      ...(output && { stdout: verified(output, done) }),
      done,
      pid: child.pid,
    };
  } catch (error) {
    carrier?.destroy();
    throw error;
  } finally {
    // ffmpeg has its own by now: the pipe ends when that one is closed.
    if (pipe) closeSync(pipe.writeEnd);
  }
}

/**
 * Writes bytes to ffmpeg's stdin, all parts in one go, and resolves when it has taken them, so that their memory may be
 * used again.
 *
 * @throws MatteflowError the error of `done` when ffmpeg has gone; `TOOL_FAILED` when it went without complaint
 */
export async function feed(process: FfmpegProcess, ...parts: readonly Uint8Array[]): Promise<void> {
  const { stdin } = process;
  if (!stdin) throw new Error('this ffmpeg has no piped input');
  const refusals = await new Promise<(Error | null | undefined)[]>((settle) => {
    const answers: (Error | null | undefined)[] = [];
    const answer = (refusal: Error | null | undefined): void => {
      if (answers.push(refusal) === parts.length) settle(answers);
    };
    stdin.cork();
    for (const part of parts) stdin.write(part, answer);
    stdin.uncork();
  });
  const refusal = refusals.find((seen) => seen);
  if (!refusal) return;
  await process.done;
  throw new MatteflowError('TOOL_FAILED', {
    what: 'ffmpeg stopped reading before its input ended',
    cause: refusal,
  });
}

/** The command line of a job, without the program's name. Exported for tests. */
export function ffmpegArguments({ inputs, outputs, globalOptions = [] }: FfmpegJob): string[] {
  const command = Fluent();
  for (const { source, options } of inputs) {
    command.input(address(source, 'pipe:0'));
    if (options.length > 0) command.inputOptions(...unsplit(options));
  }
  for (const { target, options } of outputs) {
    command.output(address(target, 'pipe:1'));
    if (options.length > 0) command.outputOptions(...unsplit(options));
  }
  return ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'error', '-y', ...globalOptions].concat(
    command._getArguments(),
  );
}

/** `file:` and an absolute path: a name can then be neither an option nor another protocol. */
function address(end: FfmpegEnd, pipe: string): string {
  if (typeof end !== 'string') return end.verbatim;
  return end === 'pipe' ? pipe : `file:${resolve(end)}`;
}

/** fluent-ffmpeg splits a lone option at its space; several are taken as they are. */
function unsplit(options: readonly string[]): string[] {
  if (options.length === 1 && options[0]!.includes(' '))
    throw new Error(`one option, two tokens: ${options[0]!}`);
  return [...options];
}

/** The flow, which ends only once ffmpeg is known to have succeeded: a died one's output is short. */
function verified(flow: ByteFlow, done: Promise<unknown>): ByteFlow {
  return {
    ...flow,
    start: ({ take, end, fail }) => {
      // Why it broke off is what `done` says.
      const ended = (): void => void done.then(end, () => undefined);
      flow.start({ take, end: ended, fail: ended });
      done.catch(fail);
    },
  };
}

function failed({ complaint }: Exit, cause: Error, ffmpeg: Ffmpeg): MatteflowError {
  return new MatteflowError('TOOL_FAILED', {
    what: 'ffmpeg failed',
    seen: complaint || cause.message,
    subject: ffmpeg.ffmpeg,
    cause,
  });
}
