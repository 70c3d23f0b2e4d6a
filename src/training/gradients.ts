import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from './named-tensors.js';

/** A loss and its gradients by every variable, all the caller's to dispose. */
export interface LossGradients {
  readonly loss: tf.Scalar;
  readonly gradients: NamedTensors;
}

/**
 * The gradients of a loss by some variables; a variable it does not depend on has zeros.
 *
 * @param loss - computes it, within a tidy of its own; what it wants to keep of the way it must `tf.keep`
 */
export function lossGradients(
  loss: () => tf.Scalar,
  variables: ReadonlyMap<string, tf.Variable>,
): LossGradients {
  const names = [...variables.keys()];
  const list = [...variables.values()];
  // By a function of the values: `tf.variableGrads` goes by the variables' own names and leaves out what is unused.
  const { value, grads } = tf.engine().gradients(loss, list, undefined, true);
  return {
    loss: value,
    gradients: new Map(
      names.map((name, i) => [name, (grads[i] as tf.Tensor | null) ?? tf.zeros(list[i]!.shape)]),
    ),
  };
}

/**
 * Scales gradients down so that their norm over all variables together is at most `limit` (Pascanu, Mikolov and Bengio,
 * ICML 2013). Nothing is read back from the device.
 *
 * @returns the gradients, and the norm they had; all the caller's to dispose
 */
export function clipNorm(
  gradients: NamedTensors,
  limit: number,
): { readonly gradients: NamedTensors; readonly norm: tf.Scalar } {
  const names = [...gradients.keys()];
  const [norm, ...clipped] = tf.tidy(() => {
    const squares = [...gradients.values()].map((gradient) => tf.sum(tf.square(gradient)));
    const whole = tf.sqrt(tf.addN(squares));
    const factor = tf.minimum(1, tf.div(limit, tf.maximum(whole, 1e-12)));
    return [whole, ...[...gradients.values()].map((gradient) => tf.mul(gradient, factor))];
  });
  return { gradients: new Map(names.map((name, i) => [name, clipped[i]!])), norm: norm as tf.Scalar };
}

/** Adds up gradients of several batches that are too large to be one. */
export class GradientSum {
  readonly #sums = new Map<string, tf.Tensor>();
  #count = 0;

  /** @param gradients - they stay the caller's; every time the same names */
  add(gradients: NamedTensors): void {
    for (const [name, gradient] of gradients) {
      const before = this.#sums.get(name);
      this.#sums.set(name, before ? tf.add(before, gradient) : gradient.clone());
      before?.dispose();
    }
    this.#count += 1;
  }

  /** The mean of what was added since the last call, the caller's to dispose. */
  take(): NamedTensors {
    if (this.#count === 0) throw new Error('the mean of no gradients');
    const share = 1 / this.#count;
    const means = new Map([...this.#sums].map(([name, sum]) => [name, tf.mul(sum, share)]));
    this.dispose();
    return means;
  }

  dispose(): void {
    tf.dispose([...this.#sums.values()]);
    this.#sums.clear();
    this.#count = 0;
  }
}
