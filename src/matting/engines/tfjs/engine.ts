import * as tf from '@tensorflow/tfjs-core';
import { MatteflowError, asError, throwIfAborted } from '../../../core/errors.js';
import type { Stage } from '../../networks/model.js';
import type { LoadedModel } from '../../weights/load.js';
import { weightScope } from '../../weights/scope.js';
import type { Engine, Session, StageInput } from '../engine.js';
import { requireStageInput } from '../stage-input.js';
import { useBackend } from './backend.js';
import { parameterTensor } from './parameter-tensor.js';
import { TENSOR_OPS } from './tensor-ops.js';

/** An engine over tfjs, on a backend that was found to work (`openTfjs`). */
export function tfjsEngine(device: string, backend: string): Engine {
  return {
    name: 'tfjs',
    device,
    load: async (model) => {
      await useBackend(backend);
      const parameters = new Map<string, tf.Tensor>();
      for (const [name, tensor] of model.tensors) parameters.set(name, parameterTensor(tensor));
      return new TfjsSession(model, backend, parameters);
    },
  };
}

class TfjsSession implements Session {
  readonly #model: LoadedModel;
  readonly #backend: string;
  readonly #parameters: ReadonlyMap<string, tf.Tensor>;

  constructor(model: LoadedModel, backend: string, parameters: ReadonlyMap<string, tf.Tensor>) {
    this.#model = model;
    this.#backend = backend;
    this.#parameters = parameters;
  }

  async run(stage: Stage, input: StageInput, signal?: AbortSignal): Promise<Float32Array> {
    requireStageInput(this.#model.network, stage, input);
    if (signal) throwIfAborted(signal);
    await useBackend(this.#backend);
    try {
      const output = this.#forward(stage, input);
      try {
        const alpha = await output.data<'float32'>();
        if (signal) throwIfAborted(signal);
        return alpha;
      } finally {
        output.dispose();
      }
    } catch (cause) {
      if (cause instanceof MatteflowError) throw cause;
      throw new MatteflowError('ENGINE_FAILED', {
        what: `tfjs failed in ${stage}`,
        seen: asError(cause).message,
        subject: this.#model.file,
        cause,
      });
    }
  }

  dispose(): Promise<void> {
    tf.dispose([...this.#parameters.values()]);
    return Promise.resolve();
  }

  /** (N, outputs, H, W). */
  #forward(stage: Stage, { data, shape }: StageInput): tf.Tensor {
    const { network, tensors } = this.#model;
    const weights = weightScope(tensors, (name) => this.#parameters.get(name)!);
    return tf.tidy(() => {
      const input = tf.transpose(tf.tensor4d(data, [...shape]), [0, 2, 3, 1]);
      const output = network.build(stage, TENSOR_OPS, weights, input);
      return tf.transpose(output, [0, 3, 1, 2]);
    });
  }
}
