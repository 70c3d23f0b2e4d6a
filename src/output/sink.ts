import type { Frame } from '../core/frame.js';
import type { Packing } from './pack.js';

/** What an output turned out to be. */
export interface OutputSummary {
  readonly path: string;
  readonly frames: number;
  readonly bytes: number;
  /** What a person should know about it: one sentence each. */
  readonly notices: readonly string[];
}

/** Takes finished frames, in order. Ends with exactly one of `finish` and `abort`. */
export interface FrameSink {
  /** How to fill a frame's `packed` before it is written. */
  readonly packing: Packing;
  /** Size of `packed`. */
  readonly packedBytes: number;
  /**
   * Hands over one frame, whose `packed` is ready. Resolves when its memory may be used again; that is the encoder's
   * backpressure. When `signal` fires, the encoder is stopped.
   *
   * @throws MatteflowError `TOOL_FAILED` when the encoder has failed; `ABORTED`
   */
  write(frame: Frame, signal: AbortSignal): Promise<void>;
  /**
   * Ends the encoder, counts what it wrote, and gives the output its name. On failure nothing is left behind.
   *
   * @throws MatteflowError `TOOL_FAILED`, `OUTPUT_INCOMPLETE`, `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, `ABORTED`
   */
  finish(): Promise<OutputSummary>;
  /** Stops the encoder and removes what it wrote. Safe after a failed `write`; does nothing after `finish`. */
  abort(): Promise<void>;
}
