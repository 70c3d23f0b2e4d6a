import type { SampleDepth } from './colour.js';

export function bytesPerSample({ depth }: { readonly depth: SampleDepth }): 1 | 2 | 4 {
  return depth === 'float' ? 4 : depth === 8 ? 1 : 2;
}

/** Bytes that a plane takes of a buffer: the next one starts on a four-byte boundary, as the widest samples need. */
export function planeBytes(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

/** Lays planes out in a buffer one after another, or finds them again in the same order. */
export class PlaneCursor {
  readonly #buffer: SharedArrayBuffer;
  #offset: number;

  constructor(buffer: SharedArrayBuffer, offset: number) {
    this.#buffer = buffer;
    this.#offset = offset;
  }

  bytes(count: number): Uint8Array {
    return new Uint8Array(this.#buffer, this.#take(count), count);
  }

  floats(count: number): Float32Array {
    return new Float32Array(this.#buffer, this.#take(4 * count), count);
  }

  samples(format: { readonly depth: SampleDepth }, count: number): Uint8Array | Uint16Array | Float32Array {
    switch (bytesPerSample(format)) {
      case 1:
        return this.bytes(count);
      case 2:
        return new Uint16Array(this.#buffer, this.#take(2 * count), count);
      case 4:
        return this.floats(count);
    }
  }

  #take(bytes: number): number {
    const at = this.#offset;
    this.#offset += planeBytes(bytes);
    return at;
  }
}
