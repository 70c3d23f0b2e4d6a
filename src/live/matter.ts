import { lastValueFrom, of } from 'rxjs';
import { closeAll, type Closer } from '../core/closers.js';
import { Frame, reducedFormat, type FrameFormat, type FrameMemory, type FrameScale } from '../core/frame.js';
import { coreCount } from '../core/thread.js';
import { startKernels, type Kernels } from '../pipeline/kernels.js';
import { startNetworks, type Networks } from '../pipeline/networks.js';
import {
  networkSettings,
  stage1Scale,
  type EngineOptions,
  type NetworkSettings,
} from '../pipeline/options.js';
import { StageClock, type StageSeconds } from '../pipeline/stage-clock.js';
import * as stage from '../pipeline/stages.js';
import type { Rung } from './ladder.js';
import { LiveMemory } from './live-memory.js';
import type { TrimapState } from './picture-state.js';

/** What was done for a frame. */
export interface MattedFrame extends TrimapState {
  /** False: its alpha was moved from the frame before. */
  readonly matted: boolean;
  /** Share of the picture whose alpha was kept, 0..1. */
  readonly kept: number;
}

/** Of a frame that got its alpha from the one before. */
const MOVED: TrimapState = { ready: true, plateFrames: 0 };

/** Never starved: one frame at a time goes through, and no batch waits for another. */
const NO_POOL = { starved: false, onStarved: () => () => undefined };

/** Mattes frame after frame of a live stream, one at a time, with as much work as it is told. */
export class LiveMatter {
  /** What is remembered from frame to frame. */
  readonly memory: LiveMemory;
  readonly #settings: NetworkSettings;
  readonly #kernels: Kernels;
  /** With both stages, and with the first alone. */
  readonly #networks: Readonly<Record<'both' | 'stage1', Networks>>;
  readonly #clock: StageClock;
  readonly #signal: AbortSignal;
  readonly #closers: readonly Closer[];
  /** Frames since the last one that was matted. */
  #unmatted = 0;

  private constructor(parts: {
    settings: NetworkSettings;
    kernels: Kernels;
    networks: Record<'both' | 'stage1', Networks>;
    memory: LiveMemory;
    clock: StageClock;
    signal: AbortSignal;
    closers: readonly Closer[];
  }) {
    this.#settings = parts.settings;
    this.#kernels = parts.kernels;
    this.#networks = parts.networks;
    this.memory = parts.memory;
    this.#clock = parts.clock;
    this.#signal = parts.signal;
    this.#closers = parts.closers;
  }

  /**
   * Starts the threads and loads the model, and the network that makes trimaps, if there is one.
   *
   * @throws as `startNetworks` and `openTrimapNetwork`
   */
  static async open(
    options: EngineOptions & { readonly trimapModel?: string },
    onNotice: ((notice: string) => void) | undefined,
  ): Promise<LiveMatter> {
    const settings = networkSettings(options, coreCount());
    const clock = new StageClock();
    // Frames under way are finished before it closes.
    const { signal } = new AbortController();
    const kernels = startKernels(1, clock, signal);
    const memory = new LiveMemory(clock, signal);
    const closers: Closer[] = [() => kernels.close(), () => memory.close()];
    try {
      if (options.trimapModel !== undefined) {
        const { engine, device, threads } = settings;
        await memory.openNetwork({ file: options.trimapModel, engine, device, threads });
      }
      const start = async (stages: 1 | 2): Promise<Networks> => {
        const networks = await startNetworks({ ...settings, stages }, { clock, signal, onNotice });
        closers.push(() => networks.close());
        return networks;
      };
      const both = await start(settings.stages);
      const stage1 = both.model.stages.includes('stage2') ? await start(1) : both;
      return new LiveMatter({
        settings,
        kernels,
        networks: { both, stage1 },
        memory,
        clock,
        signal,
        closers,
      });
    } catch (error) {
      await closeAll(closers);
      throw error;
    }
  }

  get engine(): string {
    const { both } = this.#networks;
    return `${both.model.name}, ${both.engine}, ${both.device}`;
  }

  /** Seconds each stage was at work so far. */
  get busySeconds(): StageSeconds {
    return this.#clock.seconds;
  }

  /** How much smaller a copy frames need room for, so that every rung can be used. */
  largestScale(format: FrameFormat): FrameScale {
    return this.#scale(format, 2);
  }

  /** Pictures of a new stream follow; trimaps start anew. */
  async begin(format: FrameFormat): Promise<void> {
    this.#unmatted = 0;
    await this.memory.begin(format);
  }

  /** Fills the frame's trimap and alpha, and puts the subject's own colour where alpha is soft. */
  async matte(frame: Frame, rung: Rung): Promise<MattedFrame> {
    const matted = await this.#matte(frame, rung);
    await this.memory.show(frame.memory);
    await this.#kernels.estimateForeground(frame, 'fast');
    return matted;
  }

  /** Fills the frame's `packed` with colour and alpha, stacked. */
  pack(frame: Frame): Promise<void> {
    return this.memory.pack(frame.memory);
  }

  close(): Promise<void> {
    return closeAll(this.#closers);
  }

  async #matte(frame: Frame, rung: Rung): Promise<MattedFrame> {
    const { memory } = frame;
    if (this.#unmatted + 1 < rung.every && (await this.memory.move(memory))) {
      this.#unmatted += 1;
      return { ...MOVED, matted: false, kept: 0 };
    }
    const trimap = await this.memory.fillTrimap(memory);
    this.#unmatted = 0;
    const reuse = trimap.ready && rung.reuse;
    const kept = reuse ? await this.memory.keep(memory) : 0;
    await this.#infer(this.#atScale(frame, rung.shrink), rung.stage2 ? 'both' : 'stage1');
    if (trimap.ready) await this.memory.finish(memory, reuse);
    return { ...trimap, matted: true, kept };
  }

  async #infer(frame: Frame, which: 'both' | 'stage1'): Promise<void> {
    const networks = this.#networks[which];
    const workshop = {
      kernels: this.#kernels,
      networks,
      pool: NO_POOL,
      clock: this.#clock,
      signal: this.#signal,
    };
    await lastValueFrom(
      of(frame).pipe(
        stage.planTiles(workshop),
        stage.solvePrior(workshop, 'quarter'),
        stage.infer(workshop, 'stage1'),
        stage.infer(workshop, 'stage2'),
      ),
    );
  }

  #scale(format: FrameFormat, shrink: FrameScale): FrameScale {
    const scale = stage1Scale(this.#settings, format) * shrink;
    return scale >= 4 ? 4 : scale === 2 ? 2 : 1;
  }

  /** The same frame, whose smaller copy is of another size: it lies where the largest one would. */
  #atScale(frame: Frame, shrink: FrameScale): Frame {
    const { buffer, format, packedBytes } = frame.memory;
    const scale = this.#scale(format, shrink);
    const memory: FrameMemory = {
      ...{ buffer, format, packedBytes },
      ...(scale > 1 && { reduced: reducedFormat(format, scale) }),
    };
    return new Frame({ memory, planes: frame.planes, giveBack: () => undefined }, frame);
  }
}
