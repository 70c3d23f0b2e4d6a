import * as tf from '@tensorflow/tfjs-core';
import { readNumbers, tensorsLike, type NamedNumbers, type NamedTensors } from './named-tensors.js';

export interface AdamOptions {
  /** How much of the mean gradient is kept at each step; 0.9 unless told. */
  readonly meanDecay?: number;
  /** How much of the mean square is kept; 0.999 unless told. */
  readonly squareDecay?: number;
  /** Added to the root of the mean square; 1e-8 unless told. */
  readonly epsilon?: number;
  /** Share of each filter that is taken away a step, times the rate; 0 unless told. Biases and norms keep theirs. */
  readonly weightDecay?: number;
}

/** All that Adam remembers. */
export interface AdamState {
  /** Steps taken. */
  readonly steps: number;
  readonly mean: NamedNumbers;
  readonly square: NamedNumbers;
}

/**
 * Adam (Kingma and Ba, ICLR 2015) with decoupled weight decay (Loshchilov and Hutter, ICLR 2019). Of its own instead of
 * tfjs's, whose bias correction is a running product that its saved state leaves out, so that a resumed run goes
 * another way. Here a state that was saved and loaded takes bit for bit the same next step on the same backend.
 */
export class Adam {
  readonly #variables: ReadonlyMap<string, tf.Variable>;
  readonly #options: Required<AdamOptions>;
  #steps = 0;
  readonly #mean: Map<string, tf.Tensor>;
  readonly #square: Map<string, tf.Tensor>;

  /** @param variables - what it changes; they stay the caller's */
  constructor(variables: ReadonlyMap<string, tf.Variable>, options: AdamOptions = {}) {
    this.#variables = variables;
    this.#options = { meanDecay: 0.9, squareDecay: 0.999, epsilon: 1e-8, weightDecay: 0, ...options };
    const zeros = (): Map<string, tf.Tensor> =>
      new Map([...variables].map(([name, { shape }]) => [name, tf.zeros(shape)]));
    this.#mean = zeros();
    this.#square = zeros();
  }

  /**
   * Takes one step.
   *
   * @param gradients - of every variable, by name; they stay the caller's
   * @param rate - the learning rate of this step
   */
  step(gradients: NamedTensors, rate: number): void {
    const { meanDecay, squareDecay, epsilon, weightDecay } = this.#options;
    this.#steps += 1;
    const correction = Math.sqrt(1 - squareDecay ** this.#steps);
    // Both corrections for the zeros at the start, moved to where they are one multiplication each.
    const reach = (rate * correction) / (1 - meanDecay ** this.#steps);
    const guard = epsilon * correction;
    for (const [name, variable] of this.#variables) {
      const gradient = gradients.get(name);
      if (!gradient) throw new Error(`there is no gradient of "${name}"`);
      const next = tf.tidy(() => {
        const mean = towards(this.#mean.get(name)!, gradient, 1 - meanDecay);
        const square = towards(this.#square.get(name)!, tf.square(gradient), 1 - squareDecay);
        const move = tf.div(tf.mul(mean, reach), tf.add(tf.sqrt(square), guard));
        const decayed = weightDecay > 0 && variable.rank > 1;
        const kept = decayed ? tf.mul(variable, 1 - rate * weightDecay) : variable;
        return { mean, square, value: tf.sub(kept, move) };
      });
      replace(this.#mean, name, next.mean);
      replace(this.#square, name, next.square);
      variable.assign(next.value);
      next.value.dispose();
    }
  }

  /** What `load` needs to go on from here. */
  async state(): Promise<AdamState> {
    const [mean, square] = [await readNumbers(this.#mean), await readNumbers(this.#square)];
    return { steps: this.#steps, mean, square };
  }

  /** @throws `WEIGHTS_CORRUPT` for the state of other variables */
  load({ steps, mean, square }: AdamState): void {
    const means = tensorsLike(this.#variables, mean, "the optimiser's mean");
    const squares = tensorsLike(this.#variables, square, "the optimiser's mean square");
    for (const [name, tensor] of means) replace(this.#mean, name, tensor);
    for (const [name, tensor] of squares) replace(this.#square, name, tensor);
    this.#steps = steps;
  }

  dispose(): void {
    tf.dispose([...this.#mean.values(), ...this.#square.values()]);
  }
}

/** `share` of the way from one to the other. */
function towards(from: tf.Tensor, to: tf.Tensor, share: number): tf.Tensor {
  return tf.add(from, tf.mul(tf.sub(to, from), share));
}

function replace(tensors: Map<string, tf.Tensor>, name: string, by: tf.Tensor): void {
  tensors.get(name)?.dispose();
  tensors.set(name, by);
}
