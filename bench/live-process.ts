/**
 * A live service in a process of its own, so that what it holds can be told from what its watcher does. Options are its argument
 * (JSON); it tells where it can be reached and ends when its parent lets go of it.
 */
import { collectEarly } from '../src/core/heaps.js';
import { startLive } from '../src/live/live.js';
import type { LiveOptions } from '../src/live/options.js';

/** Where a service can be reached, and what mattes. */
export interface LiveAddress {
  readonly rtmpPort: number;
  readonly httpPort: number;
  readonly healthPort: number;
  readonly engine: string;
}

collectEarly();
const service = await startLive(JSON.parse(process.argv[2]!) as LiveOptions);
process.once('disconnect', () => void service.close());
const { rtmpPort, httpPort, healthPort, engine } = service;
process.send!({ rtmpPort, httpPort, healthPort, engine } satisfies LiveAddress);
