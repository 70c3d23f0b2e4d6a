/** A process of its own for clips, one after another: a crash in a native library then costs an attempt, not the run. */
import { asError, MatteflowError } from '../core/errors.js';
import { collectEarly } from '../core/heaps.js';
import type { FromClipProcess, ToClipProcess } from './clip-messages.js';
import { HashCache } from './hash-cache.js';
import { matteClip } from './matte-clip.js';
import { restrictPictureLoaders } from './picture-loaders.js';

/** Milliseconds between two reports of progress. */
const INTERVAL = 500;

collectEarly();
restrictPictureLoaders();
const hashes = await HashCache.open();
let stopping = new AbortController();

process.on('message', (message: ToClipProcess) => {
  if (message.kind === 'stop') stopping.abort();
  else void work(message).then(send);
});
// The parent has died: what was begun is cleaned away, and nothing is left to keep this process.
process.on('disconnect', () => stopping.abort());
// Signals are the parent's business, which asks for the end in its own words.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => undefined);

async function work({ job, place }: ToClipProcess & { kind: 'matte' }): Promise<FromClipProcess> {
  stopping = new AbortController();
  let last = -Infinity;
  try {
    await matteClip(job, place, {
      hashes,
      signal: stopping.signal,
      onProgress: (progress) => {
        const now = performance.now();
        if (now - last < INTERVAL && progress.frame < progress.frames) return;
        last = now;
        send({ kind: 'progress', progress });
      },
    });
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof MatteflowError)) {
      const { stack, message } = asError(error);
      return { kind: 'failed', code: 'ENGINE_FAILED', parts: { what: stack ?? message } };
    }
    // A cause does not survive the way through JSON.
    return { kind: 'failed', code: error.code, parts: { ...error.parts, cause: undefined } };
  }
}

function send(message: FromClipProcess): void {
  // A parent that has gone wants no answer; one that goes at this moment is no fault either.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
