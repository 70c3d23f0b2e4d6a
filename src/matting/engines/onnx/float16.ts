/** The largest finite float16 (IEEE 754 binary16). */
export const LARGEST_HALF = 65504;

const bits = new DataView(new ArrayBuffer(4));

/** A number's float16 bits, rounded to the nearest, ties to even; what is too large becomes infinite. */
export function halfBits(value: number): number {
  bits.setFloat32(0, value);
  const single = bits.getUint32(0);
  const sign = (single >>> 16) & 0x8000;
  const exponent = ((single >>> 23) & 0xff) - 127;
  const mantissa = single & 0x7fffff;
  if (exponent > 15) return sign | 0x7c00 | (exponent === 128 && mantissa !== 0 ? 0x200 : 0);
  if (exponent < -25) return sign;
  // Below 2⁻¹⁴ the leading one is written out and the fraction loses a bit for every power of two.
  const dropped = exponent < -14 ? -1 - exponent : 13;
  const whole = exponent < -14 ? mantissa | 0x800000 : mantissa | ((exponent + 15) << 23);
  const half = 1 << (dropped - 1);
  const odd = (whole >>> dropped) & 1;
  // Rounding up may carry into the exponent, which is then the right one.
  return sign | ((whole + half - 1 + odd) >>> dropped);
}

/** Numbers as float16, little-endian. */
export function halfBytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i += 1) view.setUint16(2 * i, halfBits(values[i]!), true);
  return bytes;
}
