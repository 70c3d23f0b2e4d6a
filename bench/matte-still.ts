import { lastValueFrom, of } from 'rxjs';
import { FramePool } from '../src/core/frame-pool.js';
import { Frame, type FrameFormat, type FrameScale } from '../src/core/frame.js';
import { rational } from '../src/core/rational.js';
import { fillColour } from '../src/ingest/read-image.js';
import type { Tile } from '../src/matting/tiles.js';
import { startKernels } from '../src/pipeline/kernels.js';
import { startNetworks } from '../src/pipeline/networks.js';
import { networkSettings, type EngineOptions } from '../src/pipeline/options.js';
import { StageClock } from '../src/pipeline/stage-clock.js';
import * as stage from '../src/pipeline/stages.js';
import { coreCount } from '../src/pipeline/thread.js';

/** A picture in memory and its trimap. */
export interface Still {
  readonly width: number;
  readonly height: number;
  /** R′G′B′, interleaved, 8 bits a sample. */
  readonly rgb: Uint8Array;
  /** 0 background, 128 unknown, 255 foreground. */
  readonly trimap: Uint8Array;
}

/** How the picture goes through the networks. */
export type StillSettings = EngineOptions & { readonly scale?: FrameScale };

export interface MattedStill {
  /** From the planning of tiles to the finished alpha, wall clock. */
  readonly seconds: number;
  /** Of both network stages, gathering and merging of tiles included. */
  readonly networkSeconds: number;
  /** Pixels that each stage computed, of what it sees, over the picture's. */
  readonly computedShare: Readonly<Record<'stage1' | 'stage2', number>>;
  /** 0..1, row-major; a copy. */
  readonly alpha: Float32Array;
}

/** A loaded model that mattes picture after picture, of any size. */
export interface StillMatter {
  matte(still: Still): Promise<MattedStill>;
  close(): Promise<void>;
}

const THE_ONE = { index: 0, number: 0, timestamp: { ticks: 0, timeBase: rational(1) } };

/**
 * Starts the threads and loads the model, as `matteImage` does, for many pictures and without files.
 * Stage 1 sees pictures in full unless `scale` says otherwise.
 */
export async function openStillMatter({ scale = 1, ...options }: StillSettings): Promise<StillMatter> {
  const signal = new AbortController().signal;
  const clock = new StageClock();
  const kernels = startKernels(1, clock, signal);
  const networks = await startNetworks(networkSettings(options, coreCount()), { scale, clock, signal }).catch(
    async (error: unknown) => {
      await kernels.close();
      throw error;
    },
  );

  const matte = async (still: Still): Promise<MattedStill> => {
    const { frame, pool } = await frameOf(still, scale, signal);
    const workshop = { kernels, networks, pool, clock, signal };
    const before = networkSeconds(clock);
    try {
      const start = performance.now();
      const { tiles } = await lastValueFrom(
        of(frame).pipe(
          stage.planTiles(workshop),
          stage.solvePrior(workshop),
          stage.infer(workshop, 'stage1'),
          stage.infer(workshop, 'stage2'),
        ),
      );
      return {
        seconds: (performance.now() - start) / 1000,
        networkSeconds: networkSeconds(clock) - before,
        computedShare: {
          stage1: areaOf(tiles.stage1) / (still.width * still.height),
          stage2: areaOf(tiles.stage2) / (still.width * still.height),
        },
        alpha: frame.planes.alpha.slice(),
      };
    } finally {
      frame.release();
    }
  };

  return {
    matte,
    close: async () => {
      await networks.close();
      await kernels.close();
    },
  };
}

async function frameOf(
  still: Still,
  scale: FrameScale,
  signal: AbortSignal,
): Promise<{ frame: Frame; pool: FramePool }> {
  const { width, height, rgb, trimap } = still;
  const format: FrameFormat = {
    ...{ width, height, model: 'rgb', depth: 8 },
    tags: { range: 'pc' },
    sampleAspect: rational(1),
  };
  const pool = new FramePool(format, { size: 1, packedBytes: 0, scale });
  const frame = new Frame(await pool.acquire(signal), THE_ONE);
  fillColour(frame.planes, { format, samples: rgb });
  frame.planes.trimap.set(trimap);
  return { frame, pool };
}

function networkSeconds({ seconds }: StageClock): number {
  return (seconds.stage1 ?? 0) + (seconds.stage2 ?? 0);
}

function areaOf(tiles: readonly Tile[]): number {
  return tiles.reduce((pixels, { width, height }) => pixels + width * height, 0);
}
