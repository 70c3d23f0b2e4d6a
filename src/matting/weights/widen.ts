/** Kinds of floating-point number that files of weights hold, little-endian. BF16 is the upper half of an F32. */
export type FloatKind = 'F64' | 'F32' | 'F16' | 'BF16';

/** Bytes of one number. */
export const FLOAT_BYTES: Readonly<Record<FloatKind, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2 };

/**
 * The numbers as float32, in memory of their own: exact for all kinds but F64, which is rounded.
 *
 * @param bytes - whole numbers of `kind`, at any offset of their buffer
 */
export function widen(bytes: Uint8Array, kind: FloatKind): Float32Array<ArrayBuffer> {
  // Copied: the file may be large, its buffer a shared pool's, and offsets need not be multiples of four.
  const { buffer } = new Uint8Array(bytes);
  if (kind === 'F32') return new Float32Array(buffer);
  if (kind === 'F64') return Float32Array.from(new Float64Array(buffer));
  const halves = new Uint16Array(buffer);
  const words = new Uint32Array(halves.length);
  if (kind === 'BF16') for (let i = 0; i < halves.length; i++) words[i] = halves[i]! << 16;
  else for (let i = 0; i < halves.length; i++) words[i] = widenHalf(halves[i]!);
  return new Float32Array(words.buffer);
}

/** IEEE 754 binary16 → binary32, as bits: the exponent's bias goes from 15 to 127, the fraction from 10 bits to 23. */
function widenHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal: fraction · 2⁻²⁴, which binary32 holds as a normal number.
  const top = 31 - Math.clz32(fraction);
  return sign | ((top + 103) << 23) | ((fraction << (23 - top)) & 0x7fffff);
}
