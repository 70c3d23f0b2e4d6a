import * as tf from '@tensorflow/tfjs-core';
import { MatteflowError, asError, throwIfAborted } from '../../../core/errors.js';
import type { Stage } from '../../networks/model.js';
import type { LoadedModel } from '../../weights/load.js';
import { weightScope } from '../../weights/scope.js';
import type { Engine, GuideSamples, Session, StageInput } from '../engine.js';
import { outputKind, requireStageInput } from '../stage-input.js';
import { useBackend, type OpenedBackend } from './backend.js';
import { parameterTensor } from './parameter-tensor.js';
import { networkInput, networkOutput, outputSamples } from './stage-tensors.js';
import { TENSOR_OPS } from './tensor-ops.js';

/** An engine over tfjs, on a backend that was found to work (`openTfjs`). */
export function tfjsEngine(device: string, { backend, detail }: OpenedBackend): Engine {
  return {
    name: 'tfjs',
    device,
    precision: 'single',
    detail,
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

  async run(stage: Stage, input: StageInput, signal?: AbortSignal): Promise<GuideSamples> {
    requireStageInput(this.#model.network, stage, input);
    if (signal) throwIfAborted(signal);
    await useBackend(this.#backend);
    try {
      const output = this.#forward(stage, input);
      try {
        const data = await output.data<'float32'>();
        if (signal) throwIfAborted(signal);
        return outputSamples(data, outputKind(this.#model.network, stage));
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

  #forward(stage: Stage, input: StageInput): tf.Tensor {
    const { network, tensors } = this.#model;
    const weights = weightScope(tensors, (name) => this.#parameters.get(name)!);
    return tf.tidy(() => {
      const result = network.build<tf.Tensor>(stage, TENSOR_OPS, weights, networkInput(input));
      return networkOutput(result, outputKind(network, stage));
    });
  }
}
