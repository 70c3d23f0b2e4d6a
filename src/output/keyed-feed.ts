import type { FramePlanes, IntegerFormat } from '../core/frame.js';
import { rational, type Rational } from '../core/rational.js';
import { NutWriter } from '../ffmpeg/nut-writer.js';
import { feed, startFfmpeg, type FfmpegJob, type FfmpegProcess } from '../ffmpeg/process.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { AacFormat } from './aac.js';
import { pack, packedSize, type Packing } from './pack.js';

/** Frames that may wait for the encoder; more are dropped. */
const MOST_WAITING = 8;
/** Bytes that may wait for it before sound is dropped: all frames, and some seconds of sound. */
const SOUND_ROOM = 2 ** 18;
/** Nominal: frames carry their own times. */
export const FEED_RATE: Rational = rational(30);
/** Seconds a tick of the times that pictures and sound are fed with. */
export const FEED_CLOCK: Rational = rational(1, 1000);

const PACKING: Packing = { pixelFormat: 'yuva444p', premultiplied: false };

/** What an encoder is made of. */
export interface FeedParts {
  readonly ffmpeg: Ffmpeg;
  readonly format: IntegerFormat;
  /** Absent: pictures alone. */
  readonly sound?: AacFormat | undefined;
  /** The whole command, by the options of its first input: `yuva444p`, not multiplied by alpha, and AAC. */
  readonly job: (inputOptions: readonly string[]) => FfmpegJob;
}

/**
 * An encoder beside the live path, which never waits for it: what it has no room for is dropped and counted.
 */
export class KeyedFeed {
  readonly #format: IntegerFormat;
  readonly #container: NutWriter;
  readonly #process: FfmpegProcess;
  readonly #stop = new AbortController();
  readonly #bytes: number;
  /** Memory of packed pictures that nobody reads any more. */
  readonly #free: Uint8Array[] = [];
  #waiting = 0;
  #taken = 0;
  #dropped = 0;
  #started = false;
  #last = -1;
  /** When the encoder last took a picture, `performance.now()`. */
  #tookAt = performance.now();

  constructor({ ffmpeg, format, sound, job }: FeedParts) {
    const { width, height, sampleAspect } = format;
    this.#format = format;
    this.#bytes = packedSize(format, PACKING);
    this.#container = new NutWriter({
      ...{ pixelFormat: 'yuva444p', width, height, sampleAspect },
      ...{ timeBase: FEED_CLOCK, frameRate: FEED_RATE },
      ...(sound && { sound }),
    });
    const command = { ...job(this.#container.inputOptions), ownGroup: true } as const;
    this.#process = startFfmpeg(ffmpeg, command, this.#stop.signal);
  }

  /** Resolves when the encoder has ended well. Rejects with `TOOL_FAILED` or `ABORTED`. */
  get done(): Promise<string> {
    return this.#process.done;
  }

  /** Pictures that the encoder took, and those that it had no room for. */
  get counts(): { readonly frames: number; readonly dropped: number } {
    return { frames: this.#taken, dropped: this.#dropped };
  }

  /** Whether there was a picture. */
  get begun(): boolean {
    return this.#started;
  }

  /** Milliseconds that a picture has been waiting without any being taken; 0 when none waits. */
  get stalled(): number {
    return this.#waiting > 0 ? performance.now() - this.#tookAt : 0;
  }

  /** Packs the picture while its memory is the caller's. @param milliseconds - when it is shown; they only grow */
  picture(planes: Pick<FramePlanes, 'colour' | 'alpha'>, milliseconds: number): void {
    if (this.#waiting === MOST_WAITING || milliseconds <= this.#last) {
      this.#dropped += 1;
      return;
    }
    if (this.#waiting === 0) this.#tookAt = performance.now();
    const packed = this.#free.pop() ?? new Uint8Array(this.#bytes);
    pack(packed, planes, this.#format, PACKING);
    const head = this.#started ? [] : [this.#container.header()];
    this.#started = true;
    this.#last = milliseconds;
    const header = this.#container.frameHeader(milliseconds, this.#bytes);
    this.#waiting += 1;
    feed(this.#process, ...head, header, packed).then(
      () => {
        this.#waiting -= 1;
        this.#taken += 1;
        this.#tookAt = performance.now();
        this.#free.push(packed);
      },
      // `done` says why; it takes no more.
      () => undefined,
    );
  }

  /** @param milliseconds - on the pictures' clock. Sound before the first picture is left out. */
  sound(data: Uint8Array, milliseconds: number): void {
    const { stdin } = this.#process;
    if (!this.#started || !stdin || milliseconds < 0) return;
    if (stdin.writableLength > MOST_WAITING * this.#bytes + SOUND_ROOM) return;
    const header = this.#container.soundHeader(milliseconds, data.length);
    feed(this.#process, header, data).catch(() => undefined);
  }

  /** Lets the encoder finish what it was given. @throws as `done` */
  async end(): Promise<void> {
    this.#process.stdin?.end();
    await this.#process.done;
  }

  /** Ends it at once. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#process.done.catch(() => undefined);
  }
}
