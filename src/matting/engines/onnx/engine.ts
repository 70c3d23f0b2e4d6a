import * as ort from 'onnxruntime-node';
import { MatteflowError, asError, throwIfAborted } from '../../../core/errors.js';
import type { NetworkModel, Stage } from '../../networks/model.js';
import type { LoadedModel } from '../../weights/load.js';
import type { Engine, EngineOptions, Session, StageInput } from '../engine.js';
import { requireStageInput } from '../stage-input.js';
import { exportOnnx, INPUT_NAME, OUTPUT_NAME } from './export.js';

/** An engine over ONNX Runtime, on a device that was found to work (`openOnnx`). */
export function onnxEngine(options: EngineOptions): Engine {
  return {
    name: 'onnx',
    device: options.device,
    load: async (model) => {
      const stages = new Map<Stage, ort.InferenceSession>();
      try {
        for (const stage of model.network.stages) {
          stages.set(stage, await createSession(exportOnnx(model, stage), options));
        }
      } catch (cause) {
        for (const session of stages.values()) await session.release();
        throw failed(model, 'ONNX Runtime refused the model', cause);
      }
      return new OnnxSession(model, stages);
    },
  };
}

/** An ONNX Runtime session over the bytes of a file. Throws what the library throws. */
export function createSession(
  file: Uint8Array,
  { device, threads }: EngineOptions,
): Promise<ort.InferenceSession> {
  // What it would write to stderr comes as an exception too.
  ort.env.logLevel = 'fatal';
  return ort.InferenceSession.create(file, {
    executionProviders: [device],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    ...(threads !== undefined && { intraOpNumThreads: threads }),
  });
}

class OnnxSession implements Session {
  readonly #network: NetworkModel;
  readonly #model: LoadedModel;
  readonly #stages: ReadonlyMap<Stage, ort.InferenceSession>;

  constructor(model: LoadedModel, stages: ReadonlyMap<Stage, ort.InferenceSession>) {
    this.#model = model;
    this.#network = model.network;
    this.#stages = stages;
  }

  async run(stage: Stage, input: StageInput, signal?: AbortSignal): Promise<Float32Array> {
    requireStageInput(this.#network, stage, input);
    if (signal) throwIfAborted(signal);
    const tensor = new ort.Tensor('float32', input.data, input.shape);
    let output: ort.Tensor | undefined;
    try {
      output = (await this.#stages.get(stage)!.run({ [INPUT_NAME]: tensor }))[OUTPUT_NAME];
    } catch (cause) {
      throw failed(this.#model, `ONNX Runtime failed in ${stage}`, cause);
    }
    if (signal) throwIfAborted(signal);
    return output!.data as Float32Array;
  }

  async dispose(): Promise<void> {
    for (const session of this.#stages.values()) await session.release();
  }
}

function failed(model: LoadedModel, what: string, cause: unknown): MatteflowError {
  return new MatteflowError('ENGINE_FAILED', {
    what,
    seen: asError(cause).message,
    subject: model.file,
    cause,
  });
}
