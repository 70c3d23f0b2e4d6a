import type { Complaint } from '../corrupt.js';

/** Reads a file's bytes in order; numbers are little-endian unless named otherwise. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #corrupt: Complaint;
  #at = 0;

  constructor(bytes: Uint8Array, corrupt: Complaint) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#corrupt = corrupt;
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#at;
  }

  /**
   * The next `count` bytes, as a view.
   *
   * @throws `WEIGHTS_CORRUPT` when there are fewer
   */
  take(count: number): Uint8Array {
    const at = this.#advance(count);
    return this.#bytes.subarray(at, at + count);
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** A count of eight bytes; one that no file can hold reads as more than any file has. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  bigEndianDouble(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** Text up to a line feed, which is read and left out. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw this.#cutShort('no end of a line');
    const line = decodeUtf8(this.take(end - this.#at), this.#corrupt);
    this.#at++;
    return line;
  }

  #advance(count: number): number {
    const at = this.#at;
    if (!(count <= this.#bytes.length - at)) {
      throw this.#cutShort(`${this.#bytes.length - at} bytes left at ${at}`, `${count} or more`);
    }
    this.#at += count;
    return at;
  }

  #cutShort(seen: string, expected?: string): Error {
    return this.#corrupt('the file is damaged or cut short', seen, expected);
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** @throws `WEIGHTS_CORRUPT` for bytes that are no UTF-8 */
export function decodeUtf8(bytes: Uint8Array, corrupt: Complaint): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw corrupt('there is text that is not UTF-8', undefined, undefined, cause);
  }
}
