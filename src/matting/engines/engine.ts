import type { Stage } from '../networks/model.js';
import type { LoadedModel } from '../weights/load.js';

export type EngineName = 'onnx' | 'tfjs';

/** float32, or float16 wherever nothing needs more. */
export type Precision = 'single' | 'half';

/** Stored colour samples: 8 bits, 9 to 16 bits, or float. */
export type ColourSamples = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** An alpha plane as it crosses to and from an engine: alpha · 65535 rounded, or logits as they are. */
export type GuideSamples = Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/**
 * A batch for one stage, as it lies in frames: an engine turns it into what the network reads, on its device.
 * All arrays are row-major, over memory of their own: ONNX Runtime refuses a SharedArrayBuffer.
 *
 * Bytes that go to the device for a pixel of an 8-bit clip and a model with a guide: 6, and 2 come back
 * (float32 channels would be 20 and 4). 9 to 16 bits: 9 and 2.
 */
export interface StageInput {
  readonly count: number;
  /** Pixels; multiples of the model's `multiple`. */
  readonly height: number;
  readonly width: number;
  /** Source samples, (N, 3, H, W). */
  readonly colour: ColourSamples;
  /** Samples to R′G′B′ 0..1, 3×4, row-major (`rgbMatrix`); what falls outside 0..1 is clipped. */
  readonly toRgb: Float32Array<ArrayBuffer>;
  /** (N, 1, H, W): 0, 128 or 255, which the network sees as 0, 0.5 and 1; empty for a stage that reads none. */
  readonly trimap: Uint8Array<ArrayBuffer>;
  /** The stage's fifth channel, (N, 1, H, W), if it has one: `guideKind` says which array it is. */
  readonly guide?: GuideSamples;
}

/** One model, loaded and ready. Runs are in order: await one before the next. */
export interface Session {
  /**
   * One stage over one batch. It may block the calling thread until it is done, so it belongs in a worker.
   * After a run that failed for want of memory ONNX Runtime can run again, with a smaller batch. WebAssembly (tfjs on
   * cpu) cannot: its heap is spent, also for later sessions of the thread.
   *
   * @returns (N, outputs, H, W), row-major, the caller's to keep: alpha or probabilities · 65535 rounded, or logits
   *   (`outputKind`)
   * @throws `ABORTED` when the signal has fired before or after the run (a run is not cut short);
   *   `ENGINE_FAILED` when the input is not what the stage reads, or the library fails
   */
  run(stage: Stage, input: StageInput, signal?: AbortSignal): Promise<GuideSamples>;
  /** Gives all memory back. The session cannot run afterwards. */
  dispose(): Promise<void>;
}

/** A library that computes, on one device. */
export interface Engine {
  readonly name: EngineName;
  /** cpu, webgpu, cuda, …: a device that was found, never one that was merely asked for. */
  readonly device: string;
  readonly precision: Precision;
  /** What it is, in words, for people. */
  readonly detail: string;
  /** @throws `ENGINE_FAILED` when the library refuses the model */
  load(model: LoadedModel): Promise<Session>;
}

/** What opening an engine may be told. */
export interface EngineOptions {
  readonly device: string;
  /** Threads inside one run; the library's own choice unless told. */
  readonly threads?: number;
  /** Of the network's arithmetic. `auto`, the default: half on a GPU that has it, else single. */
  readonly precision?: Precision | 'auto';
}

/** One device of one engine, as `matteflow doctor` prints it. */
export interface DeviceReport {
  readonly engine: EngineName;
  readonly device: string;
  readonly found: boolean;
  /** What it is, or why it was refused. */
  readonly detail: string;
}
