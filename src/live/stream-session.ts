import { Frame } from '../core/frame.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { StreamPacket } from '../output/flv-packets.js';
import { stackedBytes, stackedSize } from '../output/pack-stacked.js';
import type { SocketHub } from '../output/socket-hub.js';
import { StackedEncoder } from '../output/stacked-encoder.js';
import type { OutputReport } from './keyed-output.js';
import type { KeyedOutputs } from './keyed-outputs.js';
import { climb, LADDER, startLadder, type LadderState, type LadderTargets } from './ladder.js';
import type { LiveMatter, MattedFrame } from './matter.js';
import { NewestFrames, type Arrival } from './newest-frames.js';
import { Pacer } from './pacer.js';
import { SessionSound } from './session-sound.js';

/** Milliseconds between two reports to viewers. */
const REPORT_INTERVAL = 500;
/** Seconds that frames a second are counted over. */
const FPS_WINDOW = 3;

/** How a session goes; what viewers and metrics are told. */
export interface SessionReport {
  readonly kind: 'report';
  /** Frames a second that leave. */
  readonly fps: number;
  /** Milliseconds from a frame's arrival to its encoded packet, smoothed. */
  readonly latency: number;
  readonly arrived: number;
  readonly dropped: number;
  readonly rung: number;
  readonly rungs: number;
  readonly rungName: string;
  /** Share of the last frame whose alpha was kept, 0..1. */
  readonly kept: number;
  /** Whether there is a plate or a keyframe. */
  readonly ready: boolean;
  /** Frames still to be looked at for the plate. */
  readonly plateFrames: number;
  /** Whether the publisher sends sound. */
  readonly sound: boolean;
  readonly outputs: readonly OutputReport[];
}

/** What a session works with. */
export interface SessionParts {
  readonly ffmpeg: Ffmpeg;
  readonly matter: LiveMatter;
  readonly hub: SocketHub;
  /** What takes the keyed stream besides viewers. */
  readonly outputs: KeyedOutputs;
  readonly onNotice: (notice: string) => void;
  readonly targets: LadderTargets;
  readonly onReport: (report: SessionReport) => void;
  /** Sees every frame once it is matted, before its memory is used again. */
  readonly onBegin: (format: { readonly width: number; readonly height: number }) => Promise<void>;
}

/**
 * Mattes a stream from its first picture to its end: newest frame, trimap, matte, encode, to all viewers. One frame is
 * worked on at a time, so that its latency is its own; the encoder works beside.
 *
 * @throws MatteflowError `TOOL_FAILED`, `ENGINE_FAILED`, `INPUT_UNSUPPORTED` when the size changes on the way, `ABORTED`
 */
export async function runSession(url: string, parts: SessionParts, signal: AbortSignal): Promise<void> {
  const { ffmpeg, matter } = parts;
  const frames = await NewestFrames.open(
    ffmpeg,
    url,
    { packedBytes: stackedBytes, scale: (format) => matter.largestScale(format) },
    signal,
  );
  if (!frames) return;
  const session = new Session(url, parts, frames);
  try {
    await matter.begin(frames.format);
    await parts.onBegin(frames.format);
    await session.run(signal);
  } finally {
    await session.close();
  }
}

/** A frame that the encoder has been given. */
interface Sent {
  readonly number: number;
  readonly at: number;
  /** What its packet will be known by. */
  readonly time: number;
}

/** A picture that can be sent. */
interface Ready {
  readonly sent: Sent;
  readonly packet: StreamPacket;
}

class Session {
  readonly #parts: SessionParts;
  readonly #frames: NewestFrames;
  readonly #encoder: StackedEncoder;
  readonly #sound: SessionSound;
  readonly #pacer = new Pacer<Ready>((ready) => this.#leave(ready));
  /** Those whose packets have not come yet, oldest first: the encoder keeps their order. */
  readonly #sent: Sent[] = [];
  /** When the last packets left, `performance.now()`. */
  readonly #left: number[] = [];
  #ladder: LadderState = startLadder(performance.now());
  #failure: Error | undefined;
  #reported = 0;
  /** The publisher's time of the first frame, milliseconds: from here on it is zero. */
  #origin: number | undefined;

  constructor(url: string, parts: SessionParts, frames: NewestFrames) {
    this.#parts = parts;
    this.#frames = frames;
    parts.outputs.begin(frames.format);
    this.#sound = new SessionSound(url, parts);
    this.#encoder = new StackedEncoder(
      parts.ffmpeg,
      frames.format,
      (packet) => this.#forward(packet),
      (error) => (this.#failure = error),
    );
  }

  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      const arrival = await this.#frames.next();
      if (!arrival || signal.aborted) return;
      if (this.#failure) {
        arrival.slot.giveBack();
        throw this.#failure;
      }
      this.#report(await this.#process(arrival));
    }
  }

  async close(): Promise<void> {
    this.#pacer.close();
    this.#parts.outputs.end();
    await Promise.all([this.#frames.close(), this.#encoder.close(), this.#sound.close()]);
  }

  async #process({ slot, number, time, at }: Arrival): Promise<MattedFrame> {
    const { matter, outputs } = this.#parts;
    this.#origin ??= time;
    const shownAt = this.#encoder.timeOf(time - this.#origin);
    const timestamp = { ticks: Math.round(time), timeBase: { num: 1, den: 1000 } };
    const frame = new Frame(slot, { index: number, number, timestamp });
    try {
      const matted = await matter.matte(frame, LADDER[this.#ladder.rung]!);
      await matter.pack(frame);
      this.#sent.push({ number, at, time: shownAt });
      await this.#encoder.write(frame, shownAt);
      outputs.picture(frame.planes, shownAt);
      return matted;
    } finally {
      frame.release();
    }
  }

  #forward(packet: StreamPacket): void {
    const { hub, targets } = this.#parts;
    if (packet.config) {
      const { width, height } = this.#frames.format;
      hub.greet([
        {
          ...{ kind: 'stream', state: 'live', width, height, stacked: stackedSize({ width, height }) },
          decoder: Buffer.from(packet.data).toString('base64'),
        },
        ...this.#sound.greeting(),
      ]);
      return;
    }
    // One that the encoder has swallowed must not lend its age to the next.
    while (this.#sent.length > 0 && this.#sent[0]!.time < packet.time) this.#sent.shift();
    const sent = this.#sent.shift();
    if (!sent) return;
    const now = performance.now();
    this.#ladder = climb(this.#ladder, { now, latency: now - sent.at }, targets);
    this.#pacer.take({ sent, packet }, sent.at);
  }

  #leave({ sent, packet }: Ready): void {
    const now = performance.now();
    this.#left.push(now);
    while (now - this.#left[0]! > FPS_WINDOW * 1000) this.#left.shift();
    this.#parts.hub.send(packet, { number: sent.number, latency: now - sent.at });
    this.#sound.shown(packet.time, this.#origin!);
  }

  #report({ ready, plateFrames, kept }: MattedFrame): void {
    const now = performance.now();
    if (now - this.#reported < REPORT_INTERVAL) return;
    this.#reported = now;
    const { rung, latency = 0 } = this.#ladder;
    const seconds = (now - (this.#left[0] ?? now)) / 1000;
    this.#parts.onReport({
      kind: 'report',
      fps: seconds > 0 ? this.#left.length / seconds : 0,
      latency,
      ...this.#frames.counts,
      ...{ rung, rungs: LADDER.length, rungName: LADDER[rung]!.name },
      ...{ kept, ready, plateFrames },
      ...{ sound: this.#sound.there, outputs: this.#parts.outputs.reports },
    });
  }
}
