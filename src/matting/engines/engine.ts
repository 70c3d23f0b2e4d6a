import type { Stage } from '../networks/model.js';
import type { LoadedModel } from '../weights/load.js';

export type EngineName = 'onnx' | 'tfjs';

/** A batch for one stage: float32, row-major, (N, channels, H, W), as `NetworkModel` says. */
export interface StageInput {
  /** Over memory of its own: ONNX Runtime refuses a SharedArrayBuffer. */
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: readonly [n: number, channels: number, height: number, width: number];
}

/** One model, loaded and ready. Runs are in order: await one before the next. */
export interface Session {
  /**
   * One stage over one batch. It may block the calling thread until it is done, so it belongs in a worker.
   *
   * @returns (N, outputs, H, W), row-major, the caller's to keep
   * @throws `ABORTED` when the signal has fired before or after the run (a run is not cut short);
   *   `ENGINE_FAILED` when the input has another shape than it says, or the library fails
   */
  run(stage: Stage, input: StageInput, signal?: AbortSignal): Promise<Float32Array>;
  /** Gives all memory back. The session cannot run afterwards. */
  dispose(): Promise<void>;
}

/** A library that computes, on one device. */
export interface Engine {
  readonly name: EngineName;
  /** cpu, webgpu, cuda, …: a device that was found, never one that was merely asked for. */
  readonly device: string;
  /** @throws `ENGINE_FAILED` when the library refuses the model */
  load(model: LoadedModel): Promise<Session>;
}

/** What opening an engine may be told. */
export interface EngineOptions {
  readonly device: string;
  /** Threads inside one run; the library's own choice unless told. */
  readonly threads?: number;
}

/** One device of one engine, as `matteflow doctor` prints it. */
export interface DeviceReport {
  readonly engine: EngineName;
  readonly device: string;
  readonly found: boolean;
  /** What it is, or why it was refused. */
  readonly detail: string;
}
