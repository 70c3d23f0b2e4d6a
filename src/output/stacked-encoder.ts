import { asError, MatteflowError } from '../core/errors.js';
import type { Frame, FrameFormat } from '../core/frame.js';
import { formatRational, rational } from '../core/rational.js';
import { NUT_INPUT, NutWriter } from '../ffmpeg/nut-writer.js';
import { feed, startFfmpeg, type FfmpegJob, type FfmpegProcess } from '../ffmpeg/process.js';
import { everyFrameOnce, requireFeature, type Ffmpeg } from '../ffmpeg/tools.js';
import { flvPackets, type StreamPacket } from './flv-packets.js';
import { stackedBytes, stackedSize } from './pack-stacked.js';

/** Seconds between key frames: how long a new viewer, or one that fell behind, waits at most. */
const KEY_INTERVAL = 1;
/** Nominal, for the rate control: frames carry their own times. */
const FRAME_RATE = rational(30);
const MILLISECOND = rational(1, 1000);

/**
 * H.264 of colour and alpha stacked in one picture, encoded without delay: each frame's packet comes out before the next
 * one is written. Frames are packed by `packStacked`.
 */
export class StackedEncoder {
  readonly packedBytes: number;
  readonly #process: FfmpegProcess;
  readonly #container: NutWriter;
  readonly #stop = new AbortController();
  readonly #finished: Promise<void>;
  #started = false;
  /** Milliseconds; times given to the encoder only ever grow. */
  #last = -1;

  /** @param onPacket - takes each packet as it comes @param onFailure - when the encoder ends unasked */
  constructor(
    ffmpeg: Ffmpeg,
    format: FrameFormat,
    onPacket: (packet: StreamPacket) => void,
    onFailure: (error: Error) => void,
  ) {
    requireFeature(ffmpeg, 'libx264');
    this.packedBytes = stackedBytes(format);
    this.#container = new NutWriter({
      pixelFormat: 'yuv420p',
      ...stackedSize(format),
      timeBase: MILLISECOND,
      frameRate: FRAME_RATE,
      sampleAspect: format.sampleAspect,
    });
    this.#process = startFfmpeg(ffmpeg, encodeJob(ffmpeg, format), this.#stop.signal);
    this.#finished = this.#read(onPacket).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) onFailure(asError(error));
    });
  }

  /** The time that the packet of the frame written next will have, if it is to be shown at `milliseconds`. */
  timeOf(milliseconds: number): number {
    return Math.max(this.#last + 1, Math.round(milliseconds));
  }

  /**
   * @param milliseconds - when the frame is shown; made to grow where it does not
   * @throws MatteflowError `TOOL_FAILED`
   */
  async write(frame: Frame, milliseconds: number): Promise<void> {
    if (!this.#started) await feed(this.#process, this.#container.header());
    this.#started = true;
    this.#last = this.timeOf(milliseconds);
    const header = this.#container.frameHeader(this.#last, this.packedBytes);
    await feed(this.#process, header, frame.planes.packed);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#process.done.catch(() => undefined);
    await this.#finished;
  }

  async #read(onPacket: (packet: StreamPacket) => void): Promise<void> {
    for await (const packet of flvPackets(this.#process.stdout!)) onPacket(packet);
    if (this.#stop.signal.aborted) return;
    throw new MatteflowError('TOOL_FAILED', { what: 'the encoder of the live stream ended unasked' });
  }
}

function encodeJob(ffmpeg: Ffmpeg, format: FrameFormat): FfmpegJob {
  const matrix = format.tags.matrix === undefined ? [] : ['-colorspace', format.tags.matrix];
  return {
    inputs: [{ source: 'pipe', options: NUT_INPUT }],
    outputs: [
      {
        target: 'pipe',
        options: [
          ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
          ...['-crf', '21', '-maxrate', '12M', '-bufsize', '6M', '-color_range', 'tv', ...matrix],
          ...['-force_key_frames', `expr:gte(t,n_forced*${KEY_INTERVAL})`],
          // Else times are rounded to the nominal rate's.
          ...everyFrameOnce(ffmpeg),
          ...['-enc_time_base', formatRational(MILLISECOND, ':')],
          ...['-f', 'flv', '-flvflags', 'no_duration_filesize', '-flush_packets', '1'],
        ],
      },
    ],
  };
}
