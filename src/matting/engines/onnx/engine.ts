import * as ort from 'onnxruntime-node';
import { MatteflowError, asError, throwIfAborted } from '../../../core/errors.js';
import type { Stage } from '../../networks/model.js';
import type { LoadedModel } from '../../weights/load.js';
import type { Engine, EngineOptions, GuideSamples, Session, StageInput } from '../engine.js';
import { requireStageInput, rgbFilter, sampleType, type SampleType } from '../stage-input.js';
import { servingGraph } from './serving.js';

/** An engine over ONNX Runtime, on a device that was found to work (`openOnnx`). */
export function onnxEngine(options: EngineOptions): Engine {
  return {
    name: 'onnx',
    device: options.device,
    load: async (model) => {
      const session = new OnnxSession(model, options);
      await session.prepare('uint8');
      return session;
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
  readonly #model: LoadedModel;
  readonly #options: EngineOptions;
  readonly #stages = new Map<Stage, ort.InferenceSession>();
  /** A graph's input has one type, so the sessions are for one type of colour; a clip has one, too. */
  #samples: SampleType | undefined;

  constructor(model: LoadedModel, options: EngineOptions) {
    this.#model = model;
    this.#options = options;
  }

  /** Makes the stages ready for colour of this type, in place of those for another. */
  async prepare(samples: SampleType): Promise<void> {
    if (samples === this.#samples) return;
    await this.dispose();
    try {
      for (const stage of this.#model.network.stages) {
        const graph = servingGraph(this.#model, stage, samples, this.#options.device);
        this.#stages.set(stage, await createSession(graph, this.#options));
      }
    } catch (cause) {
      await this.dispose();
      throw this.#failed('ONNX Runtime refused the model', cause);
    }
    this.#samples = samples;
  }

  async run(stage: Stage, input: StageInput, signal?: AbortSignal): Promise<GuideSamples> {
    requireStageInput(this.#model.network, stage, input);
    if (signal) throwIfAborted(signal);
    await this.prepare(sampleType(input.colour));
    let output: ort.Tensor | undefined;
    try {
      output = (await this.#stages.get(stage)!.run(feeds(input))).output;
    } catch (cause) {
      throw this.#failed(`ONNX Runtime failed in ${stage}`, cause);
    }
    if (signal) throwIfAborted(signal);
    return output!.data as GuideSamples;
  }

  async dispose(): Promise<void> {
    this.#samples = undefined;
    const sessions = [...this.#stages.values()];
    this.#stages.clear();
    for (const session of sessions) await session.release();
  }

  #failed(what: string, cause: unknown): MatteflowError {
    return new MatteflowError('ENGINE_FAILED', {
      what,
      seen: asError(cause).message,
      subject: this.#model.file,
      cause,
    });
  }
}

/** A batch as the inputs of `servingGraph`. */
function feeds({
  count,
  height,
  width,
  colour,
  toRgb,
  trimap,
  guide,
}: StageInput): ort.InferenceSession.FeedsType {
  const plane = [count, 1, height, width];
  const { matrix, offset } = rgbFilter(toRgb);
  return {
    colour: new ort.Tensor(sampleType(colour), colour, [count, 3, height, width]),
    matrix: new ort.Tensor('float32', matrix, [3, 3, 1, 1]),
    offset: new ort.Tensor('float32', offset, [3]),
    ...(trimap.length > 0 && { trimap: new ort.Tensor('uint8', trimap, plane) }),
    ...(guide && {
      guide: new ort.Tensor(guide instanceof Uint16Array ? 'uint16' : 'float32', guide, plane),
    }),
  };
}
