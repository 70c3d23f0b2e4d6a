import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TFJS_DEVICES } from '../../src/matting/engines/tfjs/backend.js';
import { registerTrainingGradients } from '../../src/matting/engines/tfjs/register-gradients.js';
import {
  alphaLoss,
  compositionLoss,
  deceptionLoss,
  deepMattingLoss,
  discriminatorLoss,
  gradientLoss,
  laplacianLoss,
  trimapLoss,
} from '../../src/training/losses.js';
import { noise } from '../support/made-input.js';

const value = (scalar: tf.Tensor): number => scalar.dataSync()[0]!;

/** Uniform in 0..1 of a shape. */
const made = (shape: number[], seed: number): tf.Tensor =>
  tf.tensor(noise(tf.util.sizeFromShape(shape), seed), shape);

describe.each(['js', 'cpu'])('losses on the tfjs device %s', (device) => {
  beforeAll(async () => {
    registerTrainingGradients((await TFJS_DEVICES.get(device)!()).backend);
    tf.engine().startScope();
  });
  afterAll(() => tf.engine().endScope());

  const pixels = (...values: number[]): tf.Tensor4D => tf.tensor4d(values, [1, 1, values.length, 1]);
  const SHAPE = [2, 32, 64, 1];
  const [predicted, alpha] = [1, 2].map((seed) => () => made(SHAPE, seed)) as [
    () => tf.Tensor,
    () => tf.Tensor,
  ];
  const unknown = (): tf.Tensor => tf.round(made(SHAPE, 3));
  const layers = (): { foreground: tf.Tensor; background: tf.Tensor } => ({
    foreground: made([2, 32, 64, 3], 4),
    background: made([2, 32, 64, 3], 5),
  });

  it('alpha: the mean error of the unknown pixels alone', () => {
    const loss = alphaLoss(pixels(0.5, 0.9, 0.2), pixels(0.25, 1, 0.9), pixels(1, 1, 0));
    expect(value(loss)).toBeCloseTo((0.25 + 0.1) / 2, 6);
  });

  it('alpha: rounded off at 0 by 1e-6, and nothing where nothing is unknown', () => {
    expect(value(alphaLoss(pixels(0.5), pixels(0.5), pixels(1)))).toBeCloseTo(1e-6, 9);
    expect(value(alphaLoss(pixels(0.5), pixels(0.25), pixels(0)))).toBe(0);
  });

  it('composition: the error of the composite, over three colours', () => {
    const colour = (...rgb: number[]): tf.Tensor4D => tf.tensor4d(rgb, [1, 1, 1, 3]);
    const loss = compositionLoss(pixels(0.5), pixels(1), pixels(1), {
      foreground: colour(1, 0.6, 0),
      background: colour(0, 0.2, 0.3),
    });
    // Composites (0.5, 0.4, 0.15) and (1, 0.6, 0).
    expect(value(loss)).toBeCloseTo((0.5 + 0.2 + 0.15) / 3, 6);
  });

  it("the paper's: half of each", () => {
    const parts = [predicted(), alpha(), unknown()] as const;
    const both = value(alphaLoss(...parts)) / 2 + value(compositionLoss(...parts, layers())) / 2;
    expect(value(deepMattingLoss(...parts, layers()))).toBeCloseTo(both, 6);
  });

  it('gradient: the steps between neighbours, known pixels being right', () => {
    // Differences 1 and 2 at the two unknown pixels of a 2×3 map, in its upper row.
    const map = (...values: number[]): tf.Tensor4D => tf.tensor4d(values, [1, 2, 3, 1]);
    const loss = gradientLoss(map(1, 2, 9, 9, 9, 9), map(0, 0, 0, 0, 0, 0), map(1, 1, 0, 0, 0, 0));
    // To the right |2 − 1| and |0 − 2|; down |0 − 1| and |0 − 2|.
    expect(value(loss)).toBeCloseTo((1 + 2 + 1 + 2) / 2, 6);
  });

  it('Laplacian pyramid: as its definition reads, in double precision', () => {
    const parts = [predicted(), alpha(), unknown()] as const;
    const [p, a, u] = parts.map((tensor) => tensor.dataSync()) as [Float32Array, Float32Array, Float32Array];
    let sum = 0;
    for (const n of [0, 1]) {
      const plane = 32 * 64;
      const difference = Float64Array.from({ length: plane }, (_, i) => {
        const at = n * plane + i;
        return (p[at]! - a[at]!) * u[at]!;
      });
      sum += slowLaplacian(difference, 32, 64);
    }
    const count = u.reduce((total, one) => total + one, 0);
    expect(value(laplacianLoss(...parts)) / (sum / count)).toBeCloseTo(1, 4);
  });

  it('adversarial: cross-entropies of logits, without overflow', () => {
    const log = (p: number): number => -Math.log(p);
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    const expected = (log(sigmoid(2)) + log(sigmoid(-1))) / 2 + log(1 - sigmoid(0.5));
    expect(value(discriminatorLoss(pixels(2, -1), pixels(0.5)))).toBeCloseTo(expected, 5);
    expect(value(deceptionLoss(pixels(2, -1)))).toBeCloseTo((log(sigmoid(2)) + log(sigmoid(-1))) / 2, 5);
    expect(value(discriminatorLoss(pixels(-200), pixels(200)))).toBeCloseTo(400, 2);
  });

  it('trimap: cross-entropy, each class counting as it is told', () => {
    const logits = tf.tensor4d([2, 0, 0, 0, 0, 1], [1, 1, 2, 3]);
    const classes = tf.tensor4d([1, 0, 0, 0, 1, 0], [1, 1, 2, 3]);
    const first = -Math.log(Math.exp(2) / (Math.exp(2) + 2));
    const second = -Math.log(1 / (2 + Math.E));
    expect(value(trimapLoss(logits, classes))).toBeCloseTo((first + second) / 2, 5);
    expect(value(trimapLoss(logits, classes, [1, 3, 1]))).toBeCloseTo((first + 3 * second) / 4, 5);
  });

  it.each([
    ['alpha', (x: tf.Tensor) => alphaLoss(x, alpha(), unknown())],
    ['composition', (x: tf.Tensor) => compositionLoss(x, alpha(), unknown(), layers())],
    ['gradient', (x: tf.Tensor) => gradientLoss(x, alpha(), unknown())],
    ['Laplacian pyramid', (x: tf.Tensor) => laplacianLoss(x, alpha(), unknown())],
    ['discriminator', (x: tf.Tensor) => discriminatorLoss(x, tf.neg(x))],
    ['deception', (x: tf.Tensor) => deceptionLoss(x)],
    [
      'trimap',
      (x: tf.Tensor) => {
        const logits = tf.concat([tf.mul(x, 2), tf.square(x), tf.neg(x)], 3);
        const classes = tf.oneHot(tf.cast(tf.mul(tf.reshape(made(SHAPE, 8), [2, 32, 64]), 3), 'int32'), 3);
        return trimapLoss(logits, classes, [1, 2, 1]);
      },
    ],
  ] as const)('%s: its gradient is its slope', (_, loss) => {
    const x = predicted();
    const gradient = tf.grad(loss)(x);
    // Along the gradient itself, where the slope is its squared length, and along another way.
    for (const direction of [gradient, tf.sub(made(SHAPE, 6), 0.5)]) {
      const analytic = value(tf.sum(tf.mul(gradient, direction)));
      const step = 2e-3 / value(tf.max(tf.abs(direction)));
      const at = (t: number): number => value(loss(tf.add(x, tf.mul(direction, t))));
      const numeric = (at(step) - at(-step)) / (2 * step);
      const size = value(tf.norm(gradient)) * value(tf.norm(direction));
      expect(Math.abs(analytic)).toBeGreaterThan(0);
      expect(Math.abs(analytic - numeric) / size).toBeLessThan(1e-2);
    }
  });
});

/** Σ 2^i ‖L_i‖₁ of one picture: the pyramid as Burt and Adelson define it, zeros beyond the edges. */
function slowLaplacian(picture: Float64Array, rows: number, columns: number): number {
  const w = [1, 4, 6, 4, 1].map((weight) => weight / 16);
  let [level, height, width] = [picture, rows, columns];
  let total = 0;
  for (let i = 0; i < 5; i++) {
    const [half, wide] = [height / 2, width / 2];
    const coarse = new Float64Array(half * wide);
    const up = new Float64Array(height * width);
    const taps = (visit: (fine: number, small: number, weight: number) => void): void => {
      for (let y = 0; y < half; y++) {
        for (let x = 0; x < wide; x++) {
          for (let dy = -2; dy <= 2; dy++) {
            for (let dx = -2; dx <= 2; dx++) {
              const [fy, fx] = [2 * y + dy, 2 * x + dx];
              if (fy < 0 || fy >= height || fx < 0 || fx >= width) continue;
              visit(fy * width + fx, y * wide + x, w[dy + 2]! * w[dx + 2]!);
            }
          }
        }
      }
    };
    taps((fine, small, weight) => (coarse[small]! += weight * level[fine]!));
    taps((fine, small, weight) => (up[fine]! += 4 * weight * coarse[small]!));
    total += 2 ** i * level.reduce((sum, sample, at) => sum + Math.abs(sample - up[at]!), 0);
    [level, height, width] = [coarse, half, wide];
  }
  return total;
}
