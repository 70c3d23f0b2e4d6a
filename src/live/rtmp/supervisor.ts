import { fork, type ChildProcess } from 'node:child_process';
import { compiledUrl } from '../../core/compiled.js';
import { MatteflowError } from '../../core/errors.js';
import { SMALL_YOUNG_GENERATION } from '../../core/heaps.js';
import type { RtmpEvent, RtmpSetup } from './messages.js';

/** What is told of the server beyond its own events. */
export type SupervisorEvent = RtmpEvent | { readonly kind: 'restarted'; readonly times: number };

/** A server that is kept running. */
export interface RtmpSupervisor {
  /** Where it listens. The same after a restart. */
  readonly port: number;
  /** How often it has been started again. */
  readonly restarts: number;
  /** Undefined while there is none. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

/** Starts that may fail one after another before it is given up. */
const MOST_FAILURES = 5;
/** Milliseconds a process has to end by itself. */
const PATIENCE = 2000;

/**
 * Starts the RTMP server in a process of its own, and again at once whenever that ends. A publisher that was there has
 * to connect again, as encoders do by themselves.
 *
 * @param onEvent - hears of everything, in order; `unpublished` too when the process took the publisher with it
 * @param onGivenUp - when it does not start any more
 * @throws MatteflowError `USAGE` when the port cannot be had
 */
export async function superviseRtmp(
  setup: RtmpSetup,
  onEvent: (event: SupervisorEvent) => void,
  onGivenUp: (error: MatteflowError) => void,
): Promise<RtmpSupervisor> {
  let { port } = setup;
  let child: ChildProcess | undefined;
  let restarts = 0;
  /** Starts since it last listened. */
  let failures = 0;
  let publishing = false;
  let closing = false;

  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const started = fork(compiledUrl('./rtmp-process.js', import.meta.url), {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        execArgv: [SMALL_YOUNG_GENERATION],
      });
      child = started;
      started.on('error', reject);
      started.on('message', (event: RtmpEvent) => {
        if (event.kind === 'listening') {
          ({ port } = event);
          failures = 0;
          resolve();
        }
        if (event.kind === 'failed') reject(portError(port, event.code));
        if (event.kind === 'published') publishing = true;
        if (event.kind === 'unpublished') publishing = false;
        onEvent(event);
      });
      started.on('exit', () => {
        child = undefined;
        reject(portError(port, 'the server ended'));
        if (publishing) onEvent({ kind: 'unpublished' });
        publishing = false;
        if (!closing) again();
      });
      started.send({ ...setup, port } satisfies RtmpSetup);
    });

  const again = (): void => {
    failures += 1;
    if (failures > MOST_FAILURES) {
      onGivenUp(portError(port, `${MOST_FAILURES} starts failed one after another`));
      return;
    }
    restarts += 1;
    onEvent({ kind: 'restarted', times: restarts });
    start().catch(() => {
      // It exits, and is started again by that; one that fails and stays is ended.
      child?.kill('SIGKILL');
    });
  };

  const close = async (): Promise<void> => {
    closing = true;
    const last = child;
    if (!last) return;
    const kill = setTimeout(() => last.kill('SIGKILL'), PATIENCE);
    const ended = new Promise((resolve) => last.once('exit', resolve));
    if (last.connected) last.disconnect();
    await ended;
    clearTimeout(kill);
  };

  // What goes wrong at the first start is the caller's to hear, not to be tried again.
  closing = true;
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  closing = false;
  return {
    get port() {
      return port;
    },
    get restarts() {
      return restarts;
    },
    get pid() {
      return child?.pid;
    },
    close,
  };
}

function portError(port: number, seen: string): MatteflowError {
  return new MatteflowError('USAGE', {
    what: `the RTMP server cannot listen on port ${port}`,
    seen,
    remedy: 'Choose another port with --rtmp, or end what uses this one',
  });
}
