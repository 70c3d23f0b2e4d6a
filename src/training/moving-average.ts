import * as tf from '@tensorflow/tfjs-core';
import { readNumbers, tensorsLike, type NamedNumbers, type NamedTensors } from './named-tensors.js';

/** All that a moving average remembers. */
export interface MovingAverageState {
  readonly updates: number;
  readonly values: NamedNumbers;
}

/**
 * An exponential moving average of what is trained (Polyak and Juditsky, 1992, with forgetting): less noisy than the
 * last step's values, and better to ship. At the start it forgets faster, (1 + t) / (10 + t) at update t, so that the
 * random beginning does not stay in it.
 */
export class MovingAverage {
  readonly #of: ReadonlyMap<string, tf.Variable>;
  readonly #decay: number;
  #updates = 0;
  readonly #values: Map<string, tf.Tensor>;

  /**
   * @param of - what is averaged; stays the caller's
   * @param decay - how much of the average stays at each update, for example 0.999
   */
  constructor(of: ReadonlyMap<string, tf.Variable>, decay: number) {
    this.#of = of;
    this.#decay = decay;
    this.#values = new Map(
      [...of].map(([name, variable]) => [name, tf.tidy(() => tf.keep(variable.clone()))]),
    );
  }

  /** The average now: what evaluation and export read. Stays the average's own, until the next update. */
  get values(): NamedTensors {
    return this.#values;
  }

  /** Takes the present values in. */
  update(): void {
    const share = 1 - Math.min(this.#decay, (1 + this.#updates) / (10 + this.#updates));
    this.#updates += 1;
    for (const [name, variable] of this.#of) {
      const before = this.#values.get(name)!;
      this.#values.set(
        name,
        tf.tidy(() => tf.add(before, tf.mul(tf.sub(variable, before), share))),
      );
      before.dispose();
    }
  }

  /** What `load` needs to go on from here. */
  async state(): Promise<MovingAverageState> {
    return { updates: this.#updates, values: await readNumbers(this.#values) };
  }

  /** @throws `WEIGHTS_CORRUPT` for the average of other variables */
  load({ updates, values }: MovingAverageState): void {
    for (const [name, tensor] of tensorsLike(this.#of, values, 'the moving average')) {
      this.#values.get(name)?.dispose();
      this.#values.set(name, tensor);
    }
    this.#updates = updates;
  }

  dispose(): void {
    tf.dispose([...this.#values.values()]);
  }
}
