/** Chroma of grey, ten bits. */
const AT_REST = 512;

/** A matte 0..1 as a picture of ten-bit video: luma 64..940, chroma at rest. What is no number is 0. */
export function packLumaMatte(dst: Uint16Array, alpha: Float32Array): void {
  const pixels = alpha.length;
  for (let i = 0; i < pixels; i += 1) {
    const value = alpha[i]!;
    dst[i] = 64.5 + 876 * (value > 0 ? (value < 1 ? value : 1) : 0);
  }
  dst.fill(AT_REST, pixels, 3 * pixels);
}
