import type { ByteFlow } from './byte-flow.js';
import { crc32 } from './crc32.js';

/** Thrown when a stream ends where more had to come. What ffmpeg says about it is worth more than this. */
export class UnexpectedEnd extends Error {
  override readonly name = 'UnexpectedEnd';
}

/** Bytes that were asked for and have not come yet. */
interface Wish {
  /** Still to be filled; empty when any byte will do, which is then kept. */
  rest: Uint8Array;
  readonly resolve: (came: boolean) => void;
  readonly reject: (error: unknown) => void;
}

const NOTHING = new Uint8Array(0);

/** The bytes of a flow, asked for one by one or in blocks. Nothing is read ahead beyond the chunk at hand. */
export class ByteReader {
  /** Of all that `byte`, `v` and `take` have read since this was last set to 0 (`into` is left out). */
  checksum = 0;
  readonly #flow: ByteFlow;
  /** What has come and was not asked for yet. */
  #chunk: Uint8Array = NOTHING;
  #wish: Wish | undefined;
  /** How the flow has ended, if it has. */
  #end: { readonly failure?: unknown } | undefined;

  constructor(flow: ByteFlow) {
    this.#flow = flow;
    flow.start({
      take: (chunk) => this.#take(chunk),
      end: () => this.#finish({}),
      fail: (failure) => this.#finish({ failure }),
    });
  }

  /** Whether the stream has ended. Throws what it failed with. */
  async atEnd(): Promise<boolean> {
    return this.#chunk.length === 0 && !(await this.#receive(NOTHING));
  }

  async byte(): Promise<number> {
    if (await this.atEnd()) throw new UnexpectedEnd('the stream ended too early');
    const byte = this.#chunk[0]!;
    this.#chunk = this.#chunk.subarray(1);
    this.checksum = crc32([byte], this.checksum);
    return byte;
  }

  /** Fills `dst` straight from the flow's chunks. */
  async into(dst: Uint8Array): Promise<void> {
    const part = this.#chunk.subarray(0, dst.length);
    dst.set(part);
    this.#chunk = this.#chunk.subarray(part.length);
    if (part.length < dst.length && !(await this.#receive(dst.subarray(part.length)))) {
      throw new UnexpectedEnd('the stream ended too early');
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

  /** Resolves when `rest` is full, or false when the flow ends before. The chunk at hand is used up. */
  #receive(rest: Uint8Array): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#wish = { rest, resolve, reject };
      if (this.#end) this.#finish(this.#end);
      else this.#flow.resume();
    });
  }

  #take(chunk: Uint8Array): boolean {
    const wish = this.#wish;
    if (!wish) throw new Error('a chunk came unasked');
    const part = chunk.subarray(0, wish.rest.length);
    wish.rest.set(part);
    wish.rest = wish.rest.subarray(part.length);
    if (wish.rest.length > 0) return true;
    this.#chunk = chunk.subarray(part.length);
    this.#wish = undefined;
    wish.resolve(true);
    return false;
  }

  #finish(end: { readonly failure?: unknown }): void {
    this.#end = end;
    const wish = this.#wish;
    this.#wish = undefined;
    if ('failure' in end) wish?.reject(end.failure);
    else wish?.resolve(false);
  }
}
