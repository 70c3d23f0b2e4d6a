import { asError, MatteflowError } from '../core/errors.js';
import { EXIT, exitCode } from './exit.js';
import { createReporter, type Reporter } from './reporter.js';

/** What a command's work is given. */
export interface CommandContext {
  /** Fires on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/** What a command leaves: one object for `--json`, and the same in words for people. */
export interface CommandResult {
  readonly json: object;
  readonly text: string;
}

/**
 * Runs one command's work. The first Ctrl-C asks it to stop and waits for it to clean up; a second ends the process.
 * Results go to stdout, everything else to stderr.
 */
export async function runCommand(
  options: { readonly json?: boolean },
  work: (context: CommandContext) => Promise<CommandResult>,
): Promise<void> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const reporter = createReporter(process.stderr);
  try {
    const result = await work({ signal: controller.signal, reporter });
    reporter.stop();
    process.stdout.write(options.json ? `${JSON.stringify(result.json)}\n` : `${result.text}\n`);
  } catch (error) {
    reporter.stop();
    process.exitCode = reportFailure(error, options.json ?? false);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function reportFailure(error: unknown, json: boolean): number {
  const known = error instanceof MatteflowError;
  const { message, stack } = asError(error);
  process.stderr.write(`matteflow: ${known ? message : (stack ?? message)}\n`);
  const code = known ? error.code : 'INTERNAL';
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
  return known ? exitCode(error.code) : EXIT.failed;
}
