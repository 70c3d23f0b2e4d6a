import type { WeightTensor } from '../matting/weights/safetensors.js';
import type { Random } from './random.js';

/**
 * How filters begin: `he` for layers with a ReLU behind them (He et al., ICCV 2015), `xavier` as the paper's decoder
 * (Glorot and Bengio, AISTATS 2010), `zero` for a layer that predicts a correction and shall begin with none.
 */
export type FilterStart = 'he' | 'xavier' | 'zero';

/**
 * A parameter's first numbers: filters as told, biases and running means 0, the scales and running variances of norms 1.
 *
 * @param name - its full name, whose last part says what it is
 * @param shape - stored order: (outputs, inputs, rows, columns) for a filter
 * @param random - a stream of its own
 */
export function initialParameter(
  name: string,
  shape: readonly number[],
  start: FilterStart,
  random: Random,
): WeightTensor {
  const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
  if (shape.length === 4) fillFilter(data, shape as readonly [number, number, number, number], start, random);
  else if (/\.(weight|running_var)$/.test(name)) data.fill(1);
  return { shape, data };
}

function fillFilter(
  data: Float32Array,
  [outputs, inputs, rows, columns]: readonly [number, number, number, number],
  start: FilterStart,
  random: Random,
): void {
  if (start === 'zero') return;
  const taps = rows * columns;
  const limit = Math.sqrt(6 / ((inputs + outputs) * taps));
  const deviation = Math.sqrt(2 / (inputs * taps));
  for (let i = 0; i < data.length; i++) {
    data[i] = start === 'he' ? deviation * random.normal() : random.uniform(-limit, limit);
  }
}
