import type { Rational } from '../core/rational.js';

/** What lies around raw pictures on their way to ffmpeg: the bytes before the first and before each. */
export interface PictureWriter {
  /** With what ffmpeg is told to read it. */
  readonly inputOptions: readonly string[];
  header(): Uint8Array;
  /** @param ticks - when the picture is shown, in the stream's time base; a whole number, not negative */
  frameHeader(ticks: number, payloadBytes: number): Uint8Array;
}

/** One picture's header. Its payload follows in the stream and has to be read before the next header. */
export interface PictureHeader {
  /** When it is shown, in ticks of the reader's time base. */
  readonly ticks: number;
  /** Of the payload. */
  readonly bytes: number;
}

/** Raw pictures as they come from ffmpeg: a header each, whose payload is to be read before the next. */
export interface PictureReader {
  /** Seconds a tick. */
  readonly timeBase: Rational;
  next(): Promise<PictureHeader | undefined>;
  /** Reads the next `dst.length` bytes of the payload. */
  read(dst: Uint8Array): Promise<void>;
}
