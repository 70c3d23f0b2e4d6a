/** How NUT writes numbers and bytes. */

/** NUT's `v`: seven bits a byte, most significant first, the top bit set on all but the last. */
export function varint(value: number): number[] {
  const bytes = [value % 128];
  // Division, not shifts: times outgrow 32 bits.
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift(128 | (rest % 128));
  }
  return bytes;
}

/** NUT's `s`: 0, 1, -1, 2, -2 … as 0, 1, 2, 3, 4 … */
export function signed(value: number): number[] {
  return varint(value > 0 ? 2 * value - 1 : -2 * value);
}

/** NUT's `vb`: a length and that many bytes. */
export function blob(bytes: readonly number[]): number[] {
  return [...varint(bytes.length), ...bytes];
}

export function ascii(text: string): number[] {
  return [...Buffer.from(text, 'ascii')];
}

export function bigEndian32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
