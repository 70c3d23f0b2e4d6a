import type { Rational } from '../core/rational.js';
import type { NutFrame } from './nut-reader.js';
import type { RawPixelFormat } from './nut-writer.js';

/** The raw pixel formats that frames cross to an encoder in, in ffmpeg's spelling. NUT has no name for float ones. */
export type PicturePixelFormat = RawPixelFormat | 'gbrapf32le';

/** What lies around raw pictures on their way to ffmpeg: the bytes before the first and before each. */
export interface PictureWriter {
  /** With what ffmpeg is told to read it. */
  readonly inputOptions: readonly string[];
  header(): Uint8Array;
  /** @param ticks - when the picture is shown, in the stream's time base; a whole number, not negative */
  frameHeader(ticks: number, payloadBytes: number): Uint8Array;
}

/** Raw pictures as they come from ffmpeg: a header each, whose payload is to be read before the next. */
export interface PictureReader {
  /** Seconds a tick. */
  readonly timeBase: Rational;
  next(): Promise<NutFrame | undefined>;
  /** Reads the next `dst.length` bytes of the payload. */
  read(dst: Uint8Array): Promise<void>;
}
