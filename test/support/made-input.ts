/** Twin of `noise` in fixtures/golden/network_golden.py: float32 in [0, 1), an integer hash of the index. */
export function noise(count: number, seed: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(count);
  const start = Number((BigInt(seed) * 0x9e3779b9n) & 0xffffffffn);
  for (let i = 0; i < count; i++) {
    let h = (i + start) >>> 0;
    h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
    h ^= h >>> 15;
    result[i] = (h >>> 8) / 2 ** 24;
  }
  return result;
}

/** Twin of `made_input` there: (N, channels, H, W), with a trimap in cells of 8×8 for the fourth channel. */
export function madeInput(
  [n, channels, height, width]: readonly [number, number, number, number],
  seed: number,
): Float32Array<ArrayBuffer> {
  const data = noise(n * channels * height * width, seed);
  const plane = height * width;
  for (let batch = 0; batch < n; batch++) {
    const trimap = data.subarray((batch * channels + 3) * plane, (batch * channels + 4) * plane);
    const cells = trimap.slice();
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const cell = Math.floor(4 * cells[(y - (y % 8)) * width + x - (x % 8)]!);
        trimap[y * width + x] = [0, 0.5, 0.5, 1][cell]!;
      }
    }
  }
  return data;
}

/** Stage 2's input, (N, 5, H, W): colour and trimap of stage 1's, and the carry. */
export function stage2Input(
  stage1: Float32Array,
  [n, channels, height, width]: readonly [number, number, number, number],
  carry: Float32Array,
): Float32Array<ArrayBuffer> {
  const plane = height * width;
  const data = new Float32Array(n * 5 * plane);
  for (let batch = 0; batch < n; batch++) {
    const from = batch * channels * plane;
    data.set(stage1.subarray(from, from + 4 * plane), batch * 5 * plane);
    data.set(carry.subarray(batch * plane, (batch + 1) * plane), (batch * 5 + 4) * plane);
  }
  return data;
}

/** The largest |a − b|; NaN if there is one in either, and infinite for different lengths. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}
