import type { Readable } from 'node:stream';
import { crc32 } from './crc32.js';

/** Thrown when a stream ends where more had to come. What ffmpeg says about it is worth more than this. */
export class UnexpectedEnd extends Error {
  override readonly name = 'UnexpectedEnd';
}

/** The bytes of a stream, asked for one by one or in blocks. Nothing is read ahead beyond the chunk at hand. */
export class ByteReader {
  /** Of all that `byte`, `v` and `take` have read since this was last set to 0 (`into` is left out). */
  checksum = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  }

  /** Whether the stream has ended. Throws what it failed with. */
  async atEnd(): Promise<boolean> {
    while (this.#at === this.#chunk.length) {
      const next = await this.#chunks.next();
      if (next.done) return true;
      this.#chunk = next.value;
      this.#at = 0;
    }
    return false;
  }

  async byte(): Promise<number> {
    await this.#expectMore();
    const byte = this.#chunk[this.#at]!;
    this.#at += 1;
    this.checksum = crc32([byte], this.checksum);
    return byte;
  }

  /** Fills `dst` straight from the stream's chunks. */
  async into(dst: Uint8Array): Promise<void> {
    let filled = 0;
    while (filled < dst.length) {
      await this.#expectMore();
      const part = this.#chunk.subarray(this.#at, this.#at + dst.length - filled);
      dst.set(part, filled);
      filled += part.length;
      this.#at += part.length;
    }
  }

  async take(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    await this.into(bytes);
    this.checksum = crc32(bytes, this.checksum);
    return bytes;
  }

  /** NUT's `v`: seven bits a byte, most significant first, the top bit set on all but the last. */
  async v(): Promise<number> {
    let value = 0;
    for (;;) {
      const byte = await this.byte();
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  }

  async #expectMore(): Promise<void> {
    if (await this.atEnd()) throw new UnexpectedEnd('the stream ended too early');
  }
}
