import { formatRational, type Rational } from '../core/rational.js';
import type { ByteFlow } from './byte-flow.js';
import { ByteReader } from './byte-reader.js';
import type { PictureHeader, PictureReader, PictureWriter } from './picture-stream.js';

/** What has to be told of pictures that say nothing themselves. */
interface BareVideo {
  readonly pixelFormat: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
}

const NOTHING = new Uint8Array(0);

/** Pictures one after another and nothing between them: for numbered pictures, which have no times. */
export function barePictures({ pixelFormat, width, height, frameRate }: BareVideo): PictureWriter {
  return {
    inputOptions: [
      ...['-f', 'rawvideo', '-pix_fmt', pixelFormat, '-video_size', `${width}x${height}`],
      ...['-framerate', formatRational(frameRate)],
    ],
    header: () => NOTHING,
    frameHeader: () => NOTHING,
  };
}

/** Reads such pictures; a tick is a picture. */
export class BarePictureReader implements PictureReader {
  readonly timeBase: Rational;
  readonly #bytes: ByteReader;
  readonly #pictureBytes: number;
  #count = 0;

  constructor(
    flow: ByteFlow,
    { timeBase, pictureBytes }: { readonly timeBase: Rational; readonly pictureBytes: number },
  ) {
    this.timeBase = timeBase;
    this.#bytes = new ByteReader(flow);
    this.#pictureBytes = pictureBytes;
  }

  async next(): Promise<PictureHeader | undefined> {
    if (await this.#bytes.atEnd()) return undefined;
    const ticks = this.#count;
    this.#count += 1;
    return { ticks, bytes: this.#pictureBytes };
  }

  read(dst: Uint8Array): Promise<void> {
    return this.#bytes.into(dst);
  }
}
