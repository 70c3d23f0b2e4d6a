import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { asError, MatteflowError } from '../core/errors.js';
import { crc32c } from './crc32c.js';
import { encodeEvent, type EventMessage, type SummaryValue } from './event-messages.js';

/** A picture for the log. */
export interface LoggedImage {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly png: Uint8Array;
}

/**
 * A log that TensorBoard reads: scalars and pictures by step, in TFRecord framing (length, its masked CRC-32C, bytes,
 * their masked CRC-32C). Events are appended as they come, so that a run that dies keeps its log; one that resumes
 * opens a file of its own in the same folder, which TensorBoard shows as one run.
 */
export class EventFile {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * Begins a log in `folder`, which is made if need be.
   *
   * @throws `OUTPUT_UNWRITABLE`
   */
  static async create(folder: string): Promise<EventFile> {
    const name = `events.out.tfevents.${Math.floor(Date.now() / 1000)}.matteflow.${process.pid}`;
    try {
      await mkdir(folder, { recursive: true });
      const log = new EventFile(await open(join(folder, name), 'a'));
      await log.#append({ step: 0, fileVersion: 'brain.Event:2' });
      return log;
    } catch (cause) {
      throw new MatteflowError('OUTPUT_UNWRITABLE', {
        what: 'the log cannot be written',
        seen: asError(cause).message,
        subject: folder,
        cause,
      });
    }
  }

  /** Numbers of one step, by tag. */
  async scalars(step: number, values: Readonly<Record<string, number>>): Promise<void> {
    const value = Object.entries(values).map(([tag, simpleValue]) => ({ tag, simpleValue }));
    await this.#summary(step, value);
  }

  /** A picture of one step. */
  async image(step: number, tag: string, { width, height, channels, png }: LoggedImage): Promise<void> {
    const image = { width, height, colorspace: channels, encodedImageString: png };
    await this.#summary(step, [{ tag, image }]);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #summary(step: number, value: readonly SummaryValue[]): Promise<void> {
    return this.#append({ step, summary: { value } });
  }

  async #append(event: Omit<EventMessage, 'wallTime'>): Promise<void> {
    await this.#file.appendFile(record(encodeEvent({ wallTime: Date.now() / 1000, ...event })));
  }
}

/** One TFRecord. */
function record(bytes: Uint8Array): Uint8Array {
  const framed = new Uint8Array(bytes.length + 16);
  const view = new DataView(framed.buffer);
  view.setBigUint64(0, BigInt(bytes.length), true);
  view.setUint32(8, masked(crc32c(framed.subarray(0, 8))), true);
  framed.set(bytes, 12);
  view.setUint32(12 + bytes.length, masked(crc32c(bytes)), true);
  return framed;
}

/** A checksum of data that may hold checksums itself: rotated by 15 bits, plus a constant (TensorFlow, crc32c.h). */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
