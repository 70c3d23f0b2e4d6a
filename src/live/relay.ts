import { setTimeout } from 'node:timers/promises';
import { asError } from '../core/errors.js';
import type { FramePlanes } from '../core/frame.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { KeyedFeed } from '../output/keyed-feed.js';
import { relayJob, type Backdrop } from '../output/relay-job.js';
import type { KeyedOutput, KeyedStream, OutputReport } from './keyed-output.js';
import type { RtmpAddress } from './rtmp-address.js';

/** Milliseconds before it is tried again, at first and at most. */
const PAUSES = [1000, 30_000] as const;
/** Milliseconds that saying goodbye may take. */
const FAREWELL = 1000;
/** Milliseconds without a frame being taken after which a connection counts as lost. */
const PATIENCE = 10_000;
/** Frames that are taken before there is a connection: what pipes and ffmpeg's probing hold. */
const TAKEN_UNCONNECTED = 8;

/** Where the composite is published. */
export interface RelayParts {
  readonly ffmpeg: Ffmpeg;
  readonly address: RtmpAddress;
  readonly backdrop: Backdrop;
  readonly onNotice: (notice: string) => void;
}

/** Publishes one publisher's keyed picture, over a background, with its sound; connects again as long as the stream lasts. */
export class Relay implements KeyedOutput {
  readonly #parts: RelayParts;
  readonly #stream: KeyedStream;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #feed: KeyedFeed | undefined;
  /** Of connections before this one. */
  #before = { frames: 0, dropped: 0 };

  constructor(parts: RelayParts, stream: KeyedStream) {
    this.#parts = parts;
    this.#stream = stream;
    this.#ended = this.#follow();
  }

  get report(): OutputReport {
    const { frames, dropped } = this.#feed?.counts ?? { frames: 0, dropped: 0 };
    return {
      name: 'publish',
      state: frames > TAKEN_UNCONNECTED ? 'on' : 'connecting',
      frames: this.#before.frames + frames,
      dropped: this.#before.dropped + dropped,
    };
  }

  picture(planes: Pick<FramePlanes, 'colour' | 'alpha'>, milliseconds: number): void {
    const feed = this.#feed;
    if (!feed) {
      this.#before.dropped += 1;
      return;
    }
    feed.picture(planes, milliseconds);
    // A server that does not read says nothing either.
    if (feed.stalled > PATIENCE) void feed.stop();
  }

  sound(data: Uint8Array, milliseconds: number): void {
    this.#feed?.sound(data, milliseconds);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #follow(): Promise<void> {
    const { address, onNotice } = this.#parts;
    const { signal } = this.#stop;
    // Read through a call: it changes while a connection lasts.
    const stopped = (): boolean => signal.aborted;
    for (let pause: number = PAUSES[0]; !stopped(); pause = Math.min(2 * pause, PAUSES[1])) {
      const feed = this.#connect();
      const reason = await outcome(feed, signal);
      const wasOn = this.report.state === 'on';
      this.#feed = undefined;
      const { frames, dropped } = feed.counts;
      this.#before = { frames: this.#before.frames + frames, dropped: this.#before.dropped + dropped };
      if (stopped()) return;
      if (wasOn) pause = PAUSES[0];
      onNotice(`Publishing to ${address.shown} has failed and is tried again. ${address.hide(reason)}`);
      await setTimeout(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  #connect(): KeyedFeed {
    const { ffmpeg, address, backdrop } = this.#parts;
    const { format, sound } = this.#stream;
    const feed = new KeyedFeed({
      ...{ ffmpeg, format, sound },
      job: (inputOptions) => relayJob(ffmpeg, format, backdrop, address.url, inputOptions),
    });
    this.#feed = feed;
    return feed;
  }
}

/** Waits until the connection has ended, or the signal asks for it. @returns why, in words */
async function outcome(feed: KeyedFeed, signal: AbortSignal): Promise<string> {
  const goodbye = async (): Promise<void> => {
    await Promise.race([feed.end().catch(asError), setTimeout(FAREWELL)]);
    await feed.stop();
  };
  const leave = (): void => void goodbye();
  signal.addEventListener('abort', leave, { once: true });
  try {
    await feed.done;
    return 'The server ended the connection';
  } catch (error) {
    return asError(error).message;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
