import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SMALL_YOUNG_GENERATION } from '../src/core/heaps.js';
import type { LiveOptions } from '../src/live/options.js';
import type { LiveAddress } from './live-process.js';
import { treeMegabytes } from './tree-memory.js';

const PROCESS = fileURLToPath(new URL('./live-process.js', import.meta.url));

/** A live service in a process of its own. */
export interface LiveProcess extends LiveAddress {
  /** Memory of it and of all its processes, MB (Linux). */
  megabytes(): Promise<number>;
  close(): Promise<void>;
}

/** @throws Error when it cannot be started; what it had to say went to stderr */
export async function startService(options: LiveOptions): Promise<LiveProcess> {
  const child = fork(PROCESS, [JSON.stringify(options)], { execArgv: [SMALL_YOUNG_GENERATION] });
  const ended = once(child, 'exit');
  const address = await Promise.race([
    once(child, 'message').then(([message]) => message as LiveAddress),
    ended.then(([code]) => {
      throw new Error(`the service ended with ${String(code)}`);
    }),
  ]);
  return {
    ...address,
    megabytes: () => treeMegabytes(child.pid!),
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
