import * as ort from 'onnxruntime-node';
import { MatteflowError, asError, throwIfAborted } from '../../../core/errors.js';
import type { Stage } from '../../networks/model.js';
import type { LoadedModel } from '../../weights/load.js';
import type { Engine, EngineOptions, GuideSamples, Precision, Session, StageInput } from '../engine.js';
import { requireStageInput, sampleType, type SampleType } from '../stage-input.js';
import type { OnnxDevice } from './devices.js';
import { feeds, unpacked } from './feeds.js';
import { servingGraph } from './serving.js';

/** What an ONNX Runtime engine computes with. */
export interface OnnxSettings extends Pick<EngineOptions, 'threads'> {
  /** The name it was asked for by. */
  readonly name: string;
  readonly device: OnnxDevice;
  readonly precision: Precision;
  readonly detail: string;
}

/** An engine over ONNX Runtime, on a device that was found to work (`openOnnx`). */
export function onnxEngine(settings: OnnxSettings): Engine {
  return {
    name: 'onnx',
    device: settings.name,
    precision: settings.precision,
    detail: settings.detail,
    load: async (model) => {
      const session = new OnnxSession(model, settings);
      await session.prepare('uint8');
      return session;
    },
  };
}

/** An ONNX Runtime session over the bytes of a file. Throws what the library throws. */
export function createSession(
  file: Uint8Array,
  { provider, threads }: { readonly provider: string; readonly threads?: number | undefined },
): Promise<ort.InferenceSession> {
  // What it would write to stderr comes as an exception too.
  ort.env.logLevel = 'fatal';
  return ort.InferenceSession.create(file, {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    // Idle threads sleep: they would otherwise spin on cores that decoding, the kernels and encoding need.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}

class OnnxSession implements Session {
  readonly #model: LoadedModel;
  readonly #settings: OnnxSettings;
  readonly #stages = new Map<Stage, ort.InferenceSession>();
  /** A graph's input has one type, so the sessions are for one type of colour; a clip has one, too. */
  #samples: SampleType | undefined;

  constructor(model: LoadedModel, settings: OnnxSettings) {
    this.#model = model;
    this.#settings = settings;
  }

  /** Makes the stages ready for colour of this type, in place of those for another. */
  async prepare(samples: SampleType): Promise<void> {
    if (samples === this.#samples) return;
    await this.dispose();
    const { device, precision, threads } = this.#settings;
    try {
      for (const stage of this.#model.network.stages) {
        const { gpu, packed, provider } = device;
        const graph = servingGraph(this.#model, stage, { samples, gpu, packed, half: precision === 'half' });
        this.#stages.set(stage, await createSession(graph, { provider, threads }));
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
    const { packed } = this.#settings.device;
    let output: ort.Tensor | undefined;
    try {
      output = (await this.#stages.get(stage)!.run(feeds(input, packed))).output;
    } catch (cause) {
      // Sessions keep the memory of their largest run. If it was memory that ran out, this gives all of it back.
      await this.dispose();
      throw this.#failed(`ONNX Runtime failed in ${stage}`, cause);
    }
    if (signal) throwIfAborted(signal);
    return unpacked(output!.data as GuideSamples | Uint32Array<ArrayBuffer>);
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
