/** Mean |Δα| over the unknown pixels. */
export function meanDifference(a: Float32Array, b: Float32Array, trimap: Uint8Array): number {
  let [sum, count] = [0, 0];
  trimap.forEach((value, at) => {
    if (value !== 128) return;
    sum += Math.abs(a[at]! - b[at]!);
    count++;
  });
  return sum / count;
}
