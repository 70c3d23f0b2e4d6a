import type { WeightTensor } from '../../weights/safetensors.js';

/** A batch norm's stored numbers, each (outputs). */
export interface NormNumbers {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/**
 * Filter and bias of the convolution that does what a convolution and the batch norm behind it do.
 * With g = scale / √(variance + ε), (w ∗ x + b − mean) · g + shift = (w · g) ∗ x + (b − mean) · g + shift.
 *
 * @param outputAxis - the filter's axis of output channels: 0, or 1 for a transposed convolution
 */
export function foldNorm(
  { shape, data }: WeightTensor,
  bias: Float32Array | undefined,
  norm: NormNumbers,
  outputAxis: 0 | 1,
): { filter: WeightTensor; bias: Float32Array } {
  const outputs = shape[outputAxis]!;
  const inner = shape.slice(outputAxis + 1).reduce((product, size) => product * size, 1);
  const gain = Float64Array.from(
    norm.scale,
    (scale, o) => scale / Math.sqrt(norm.variance[o]! + norm.epsilon),
  );
  return {
    filter: { shape, data: data.map((weight, i) => weight * gain[Math.floor(i / inner) % outputs]!) },
    bias: norm.shift.map((shift, o) => ((bias?.[o] ?? 0) - norm.mean[o]!) * gain[o]! + shift),
  };
}
