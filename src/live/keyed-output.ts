import type { FramePlanes, IntegerFormat } from '../core/frame.js';
import type { AacFormat } from '../output/aac.js';

/** How an output beside the viewers goes; what viewers and metrics are told. */
export interface OutputReport {
  readonly name: 'record' | 'publish';
  readonly state: 'on' | 'connecting' | 'stopped';
  /** Frames that were written, and those it was too slow for. */
  readonly frames: number;
  readonly dropped: number;
}

/** What a new output is told of the stream. */
export interface KeyedStream {
  readonly format: IntegerFormat;
  readonly sound: AacFormat | undefined;
}

/** Takes the keyed stream beside the viewers. Nothing here waits or throws: what an output cannot take, it drops. */
export interface KeyedOutput {
  readonly report: OutputReport;
  /** @param milliseconds - when it is shown, growing @param planes - valid during the call */
  picture(planes: Pick<FramePlanes, 'colour' | 'alpha'>, milliseconds: number): void;
  /** An AAC frame without header. @param milliseconds - on the same clock */
  sound(data: Uint8Array, milliseconds: number): void;
  /** The stream has ended: finishes what was begun. Never rejects. */
  close(): Promise<void>;
}
