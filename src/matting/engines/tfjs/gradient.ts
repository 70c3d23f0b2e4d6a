import type * as tf from '@tensorflow/tfjs-core';

/** What a kernel's gradient says: for each input's name, how to compute the gradient by it when it is asked for. */
export type InputGradients = Record<string, () => tf.Tensor>;

/** How one kernel's gradient is computed. */
export interface KernelGradient {
  readonly kernel: string;
  /** Names of the inputs that `by` reads, in the order of `saved`. */
  readonly inputs?: readonly string[];
  /** The output is read too, and comes last in `saved`. */
  readonly output?: boolean;
  /** All inputs are read, however many there are. */
  readonly everyInput?: boolean;
  /** tfjs has one of its own where its whole package is loaded; that is not good enough. */
  readonly replacesBuiltIn?: boolean;
  /**
   * @param dy - the gradient of the loss by the kernel's output
   * @param attributes - what the kernel was run with
   */
  by(
    dy: tf.Tensor,
    saved: readonly tf.Tensor[],
    attributes: Readonly<Record<string, unknown>>,
  ): InputGradients;
}
