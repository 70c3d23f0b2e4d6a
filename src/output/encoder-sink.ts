import { dirname } from 'node:path';
import { throwIfAborted } from '../core/errors.js';
import type { Frame } from '../core/frame.js';
import type { PictureWriter } from '../ffmpeg/picture-stream.js';
import { feed, type FfmpegProcess } from '../ffmpeg/process.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { EncodingPlan } from './encoding-plan.js';
import type { Packing } from './pack.js';
import type { StagedOutput } from './publish.js';
import { orDiskFull } from './disk-full.js';
import type { FrameSink, OutputSummary } from './sink.js';
import { verifyOutput } from './verify.js';

/** Everything a running encoder consists of. */
export interface EncoderParts {
  readonly ffmpeg: Ffmpeg;
  readonly process: FfmpegProcess;
  readonly container: PictureWriter;
  /** Stops `process`. */
  readonly stop: AbortController;
  /** Fires when `process` is to stop, whoever asked for it. */
  readonly stopped: AbortSignal;
  readonly staged: StagedOutput;
  readonly plan: EncodingPlan;
  readonly packedBytes: number;
  /** The output's final name, as the person wrote it. */
  readonly path: string;
  /** The time that counts as zero, in ticks of the frames; the first frame's unless given. */
  readonly zeroTicks: number | undefined;
}

/** A sink that is a running ffmpeg. Made by `openSink`. */
export class EncoderSink implements FrameSink {
  readonly packing: Packing;
  readonly packedBytes: number;
  readonly #parts: EncoderParts;
  #frames = 0;
  #zeroTicks: number;
  #ended = false;

  constructor(parts: EncoderParts) {
    this.packing = parts.plan.packing;
    this.packedBytes = parts.packedBytes;
    this.#parts = parts;
    this.#zeroTicks = parts.zeroTicks ?? 0;
  }

  async write(frame: Frame, signal: AbortSignal): Promise<void> {
    const { process, container, stop } = this.#parts;
    throwIfAborted(signal);
    if (frame.planes.packed.byteLength !== this.packedBytes) {
      throw new Error(`a packed frame has ${frame.planes.packed.byteLength} bytes, not ${this.packedBytes}`);
    }
    // Stopping the encoder is what ends a write that waits for it.
    const halt = (): void => stop.abort(signal.reason);
    signal.addEventListener('abort', halt, { once: true });
    try {
      if (this.#frames === 0) {
        this.#zeroTicks = this.#parts.zeroTicks ?? frame.timestamp.ticks;
        await feed(process, container.header());
      }
      const header = container.frameHeader(frame.timestamp.ticks - this.#zeroTicks, this.packedBytes);
      await feed(process, header, frame.planes.packed);
      this.#frames += 1;
    } catch (error) {
      throw await this.#explained(error);
    } finally {
      signal.removeEventListener('abort', halt);
    }
  }

  async finish(): Promise<OutputSummary> {
    const { ffmpeg, process, staged, plan, path, stopped } = this.#parts;
    const frames = this.#frames;
    try {
      process.stdin?.end();
      // With no frame at all ffmpeg fails for want of a header, which explains nothing: the count below does.
      const complaint = frames === 0 ? await process.done.catch(() => '') : await process.done;
      throwIfAborted(stopped);
      const written = {
        path: staged.temporary,
        sequence: plan.sequence !== undefined,
        indexed: plan.indexed ?? false,
        frames,
        subject: path,
      };
      const bytes = await verifyOutput(ffmpeg, written, stopped);
      await staged.publish();
      this.#ended = true;
      const survived = complaint === '' ? [] : [`ffmpeg went on after an error: ${complaint}`];
      return { path, frames, bytes, notices: [...plan.notices, ...survived] };
    } catch (error) {
      const reason = await this.#explained(error);
      await this.abort();
      throw reason;
    }
  }

  async abort(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const { process, stop, staged } = this.#parts;
    stop.abort();
    // How it ended does not matter any more, only that it has.
    await process.done.catch(() => undefined);
    await staged.discard();
  }

  #explained(error: unknown): Promise<unknown> {
    return orDiskFull(error, dirname(this.#parts.staged.temporary));
  }
}
