import { asError, MatteflowError } from '../core/errors.js';
import { FramePool, type FrameSlot } from '../core/frame-pool.js';
import type { IntegerFormat, FrameScale, Samples } from '../core/frame.js';
import { rational, toNumber } from '../core/rational.js';
import { NUT_OUTPUT, NutReader } from '../ffmpeg/nut-reader.js';
import { openPipe } from '../ffmpeg/pipe.js';
import { startFfmpeg, type FfmpegJob, type FfmpegProcess } from '../ffmpeg/process.js';
import { everyFrameOnce, type Ffmpeg } from '../ffmpeg/tools.js';

/** A frame that has come. Its memory is the taker's to give back. */
export interface Arrival {
  readonly slot: FrameSlot;
  /** Counts all frames that came, dropped ones too. */
  readonly number: number;
  /** The publisher's time, milliseconds. */
  readonly time: number;
  /** When it had been decoded, `performance.now()`. */
  readonly at: number;
}

/** One is being decoded into, one waits, one is matted, one is on its way to the encoder. */
const POOL = 4;

/**
 * The pictures of a live stream, the newest one whenever one is asked for: what came in between is dropped, oldest first,
 * and counted. The decoder never waits, so that nothing piles up before it.
 */
export class NewestFrames {
  readonly format: IntegerFormat;
  readonly #decoder: FfmpegProcess;
  readonly #stop: AbortController;
  readonly #pool: FramePool;
  readonly #pumped: Promise<void>;
  #waiting: Arrival | undefined;
  /** Whoever waits for the next frame. */
  #wake: (() => void) | undefined;
  #ended = false;
  #failure: Error | undefined;
  #arrived = 0;
  #dropped = 0;

  private constructor(reader: NutReader, decoder: FfmpegProcess, stop: AbortController, use: PoolUse) {
    this.format = formatOf(reader);
    this.#decoder = decoder;
    this.#stop = stop;
    this.#pool = new FramePool(this.format, {
      size: POOL,
      packedBytes: use.packedBytes(this.format),
      scale: use.scale(this.format),
    });
    this.#pumped = this.#pump(reader)
      .catch((error: unknown) => (this.#failure = asError(error)))
      .then(() => {
        this.#ended = true;
        this.#wake?.();
      });
  }

  /**
   * @param url - where ffmpeg reads the stream
   * @param use - what the frames' memory has to hold
   * @returns undefined when the stream ends before its first picture
   */
  static async open(
    ffmpeg: Ffmpeg,
    url: string,
    use: PoolUse,
    signal: AbortSignal,
  ): Promise<NewestFrames | undefined> {
    const stop = new AbortController();
    const decoder = startFfmpeg(
      ffmpeg,
      decodeJob(ffmpeg, url),
      AbortSignal.any([signal, stop.signal]),
      await openPipe(),
    );
    try {
      const reader = await NutReader.open(decoder.stdout!);
      if (reader) return new NewestFrames(reader, decoder, stop, use);
    } catch (error) {
      stop.abort();
      throw error;
    }
    return undefined;
  }

  /** Frames that came, and of these the ones that nobody took. */
  get counts(): { readonly arrived: number; readonly dropped: number } {
    return { arrived: this.#arrived, dropped: this.#dropped };
  }

  /** The newest frame not yet taken, as soon as there is one; undefined at the end of the stream. */
  async next(): Promise<Arrival | undefined> {
    while (!this.#waiting && !this.#ended) await new Promise<void>((wake) => (this.#wake = wake));
    const newest = this.#waiting;
    this.#waiting = undefined;
    if (!newest && this.#failure) throw this.#failure;
    return newest;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#decoder.stdout?.destroy();
    await this.#decoder.done.catch(() => undefined);
    this.#drop();
  }

  async #pump(reader: NutReader): Promise<void> {
    for (;;) {
      const header = await reader.next();
      if (!header) return;
      const { width, height } = this.format;
      if (header.bytes !== 3 * width * height) throw sizeChanged();
      if (this.#pool.inUse === POOL) this.#drop();
      const slot = await this.#pool.acquire(this.#stop.signal);
      try {
        for (const plane of slot.planes.colour) await reader.read(bytesOf(plane));
      } catch (error) {
        slot.giveBack();
        throw error;
      }
      this.#drop();
      const time = header.ticks * toNumber(reader.timeBase) * 1000;
      this.#waiting = { slot, number: this.#arrived, time, at: performance.now() };
      this.#arrived += 1;
      this.#wake?.();
    }
  }

  #drop(): void {
    if (!this.#waiting) return;
    this.#waiting.slot.giveBack();
    this.#waiting = undefined;
    this.#dropped += 1;
  }
}

/** What frames are used for decides how much memory they have. */
export interface PoolUse {
  readonly packedBytes: (format: IntegerFormat) => number;
  readonly scale: (format: IntegerFormat) => FrameScale;
}

/** Whatever the publisher sends is brought to this, so that nothing depends on tags that encoders forget. */
function formatOf({ width, height }: NutReader): IntegerFormat {
  return {
    width,
    height,
    model: 'yuv',
    depth: 8,
    tags: { matrix: 'bt709', range: 'tv' },
    sampleAspect: rational(1),
  };
}

function decodeJob(ffmpeg: Ffmpeg, url: string): FfmpegJob {
  return {
    // The publisher's own times, which the sound has too.
    globalOptions: ['-copyts'],
    inputs: [
      {
        source: { verbatim: url },
        options: [
          ...['-fflags', 'nobuffer', '-flags', 'low_delay', '-analyzeduration', '200000', '-threads', '1'],
          ...['-max_pixels', String(2 ** 23), '-protocol_whitelist', 'rtmp,tcp', '-f', 'live_flv'],
        ],
      },
    ],
    outputs: [
      {
        target: 'pipe',
        options: [
          ...['-map', '0:v:0', '-vf', 'scale=out_color_matrix=bt709:out_range=tv,format=yuv444p'],
          ...everyFrameOnce(ffmpeg),
          // Pictures of another size are to be seen, not brought to the size of the first.
          ...(ffmpeg.lacks.includes('autoscale') ? [] : ['-autoscale', '0']),
          ...['-enc_time_base', '-1', '-blocksize', String(2 ** 20), '-flush_packets', '1'],
          ...['-c:v', 'rawvideo', '-pix_fmt', 'yuv444p', ...NUT_OUTPUT],
        ],
      },
    ],
  };
}

function sizeChanged(): MatteflowError {
  return new MatteflowError('INPUT_UNSUPPORTED', { what: 'the size of the pictures has changed' });
}

function bytesOf({ buffer, byteOffset, byteLength }: Samples): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
