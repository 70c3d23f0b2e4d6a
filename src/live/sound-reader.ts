import { setTimeout } from 'node:timers/promises';
import { startFfmpeg, type FfmpegJob } from '../ffmpeg/process.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { flvPackets, type StreamPacket } from '../output/flv-packets.js';

/** Microseconds that a stream is looked at for sound. */
const PROBING = 2_000_000;
/** Milliseconds before it is tried again: a stream may have no sound, or none yet. */
const PAUSES = [2000, 60_000] as const;

/** Who is told of the sound. */
export interface SoundTaker {
  /** Takes each packet as it comes. */
  readonly onPacket: (packet: StreamPacket) => void;
  /** It was looked for, and there is none, or no more. */
  readonly onNone: () => void;
}

/**
 * The publisher's AAC as it was sent, with its own times. It is read by a process of its own: whatever becomes of the
 * sound, pictures neither wait for it nor end with it.
 */
export class SoundReader {
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  /** @param url - where ffmpeg reads the stream */
  constructor(ffmpeg: Ffmpeg, url: string, taker: SoundTaker) {
    this.#ended = this.#follow(ffmpeg, url, taker);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #follow(ffmpeg: Ffmpeg, url: string, { onPacket, onNone }: SoundTaker): Promise<void> {
    const { signal } = this.#stop;
    // Read through a call: it changes while the process runs.
    const stopped = (): boolean => signal.aborted;
    for (let pause: number = PAUSES[0]; !stopped(); pause = Math.min(2 * pause, PAUSES[1])) {
      const reader = startFfmpeg(ffmpeg, readJob(url), signal);
      try {
        for await (const packet of flvPackets(reader.stdout!)) {
          if (packet.kind === 'audio') onPacket(packet);
          pause = PAUSES[0];
        }
      } catch {
        // A stream without sound ends like this, too.
      }
      reader.stdout!.destroy();
      await reader.done.catch(() => undefined);
      if (stopped()) return;
      onNone();
      await setTimeout(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}

function readJob(url: string): FfmpegJob {
  return {
    // The publisher's own times, which the pictures have too.
    globalOptions: ['-copyts'],
    inputs: [
      {
        source: { verbatim: url },
        options: [
          ...['-fflags', 'nobuffer', '-analyzeduration', String(PROBING)],
          ...['-protocol_whitelist', 'rtmp,tcp', '-f', 'live_flv'],
        ],
      },
    ],
    outputs: [
      {
        target: 'pipe',
        options: [
          ...['-map', '0:a:0', '-c', 'copy', '-f', 'flv', '-flvflags', 'no_duration_filesize'],
          ...['-flush_packets', '1'],
        ],
      },
    ],
  };
}
