import type { Readable } from 'node:stream';

/** Who takes the bytes of a flow. */
export interface ByteTaker {
  /**
   * @param chunk - to be read before this returns, or before the flow is resumed: its memory is used again
   * @returns whether more may come; after false it has to be asked for with `resume`
   */
  readonly take: (chunk: Uint8Array) => boolean;
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
}

/** Bytes that are pushed to one taker. Nothing comes before the first `resume`. */
export interface ByteFlow {
  /** Names the taker; once, before anything else. */
  start(taker: ByteTaker): void;
  resume(): void;
  /** Closes this end: whoever writes to the other one fails. The taker hears nothing more. */
  destroy(): void;
}

/** The flow of a stream of bytes. */
export function streamFlow(stream: Readable): ByteFlow {
  return {
    start: ({ take, end, fail }) => {
      // Else the listener itself would set it flowing.
      stream.pause();
      stream.on('data', (chunk: Uint8Array) => {
        if (!take(chunk)) stream.pause();
      });
      stream.on('end', end);
      stream.on('error', fail);
    },
    resume: () => {
      stream.resume();
    },
    destroy: () => {
      stream.destroy();
    },
  };
}
