import { lastValueFrom, of, tap } from 'rxjs';
import { FramePool } from '../src/core/frame-pool.js';
import { Frame, type FrameFormat } from '../src/core/frame.js';
import { rational } from '../src/core/rational.js';
import { fillColour } from '../src/ingest/read-image.js';
import type { Tile, TileOptions } from '../src/matting/tiles.js';
import { startKernels } from '../src/pipeline/kernels.js';
import { startNetworks, type Networks } from '../src/pipeline/networks.js';
import { networkSettings, type EngineOptions } from '../src/pipeline/options.js';
import { StageClock } from '../src/pipeline/stage-clock.js';
import * as stage from '../src/pipeline/stages.js';
import { coreCount } from '../src/pipeline/thread.js';
import { bringUp, halved } from './half-scale.js';

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
export interface StillSettings extends Omit<EngineOptions, 'tile'> {
  /** Pixels; `frame`: no tiles, the networks see the whole picture at once. Default: the pipeline's. */
  readonly tile?: number | 'frame';
  /** Context of stage 1's tiles, pixels of what stage 1 sees. Default: the model's. */
  readonly margin?: number;
  /** What stage 1's input is reduced by. Default 1. */
  readonly scale?: 1 | 2;
}

export interface MattedStill {
  /** From the planning of tiles to the finished alpha, wall clock; reducing the picture is not in it. */
  readonly seconds: number;
  /** Of both network stages, gathering and merging of tiles included. */
  readonly networkSeconds: number;
  /** Pixels that stage 1 computed, of what it sees, over the picture's. */
  readonly computedShare: number;
  /** 0..1, row-major; a copy. */
  readonly alpha: Float32Array;
}

/** A loaded model that mattes picture after picture, of any size. */
export interface StillMatter {
  matte(still: Still): Promise<MattedStill>;
  close(): Promise<void>;
}

const THE_ONE = { index: 0, number: 0, timestamp: { ticks: 0, timeBase: rational(1) } };

/** Starts the threads and loads the model, as `matteImage` does, for many pictures and without files. */
export async function openStillMatter({
  tile,
  margin,
  scale = 1,
  ...options
}: StillSettings): Promise<StillMatter> {
  const signal = new AbortController().signal;
  const clock = new StageClock();
  const plain = { ...options, ...(typeof tile === 'number' && { tile }) };
  const kernels = startKernels(1, clock, signal);
  const started = await startNetworks(networkSettings(plain, coreCount()), clock, signal).catch(
    async (error: unknown) => {
      await kernels.close();
      throw error;
    },
  );
  const networks = retiled(started, {
    ...(tile !== undefined && { tile }),
    ...(margin !== undefined && { margin }),
  });

  const matte = async (still: Still): Promise<MattedStill> => {
    const { frame, pool } = await frameOf(still, signal);
    const half = scale === 2 ? await frameOf(halved(still), signal) : undefined;
    const workshop = { kernels, networks, pool, clock, signal };
    const before = networkSeconds(clock);
    try {
      const start = performance.now();
      const inStage1 = half
        ? await atHalfScale(workshop, frame, half.frame)
        : await atFullScale(workshop, frame);
      return {
        seconds: (performance.now() - start) / 1000,
        networkSeconds: networkSeconds(clock) - before,
        computedShare: inStage1 / (still.width * still.height),
        alpha: frame.planes.alpha.slice(),
      };
    } finally {
      frame.release();
      half?.frame.release();
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

/** Both stages as the pipeline runs them; returns the pixels that stage 1 computed. */
async function atFullScale(workshop: stage.Workshop, frame: Frame): Promise<number> {
  const { tiles } = await lastValueFrom(
    of(frame).pipe(
      stage.planTiles(workshop),
      stage.solvePrior(workshop),
      stage.infer(workshop, 'stage1'),
      stage.infer(workshop, 'stage2'),
    ),
  );
  return areaOf(tiles.stage1);
}

/** Stage 1 on the picture at half its size (`half`), its result brought up again, stage 2 at full size. */
async function atHalfScale(workshop: stage.Workshop, frame: Frame, half: Frame): Promise<number> {
  const { tiles } = await lastValueFrom(
    of(half).pipe(stage.planTiles(workshop), stage.solvePrior(workshop), stage.infer(workshop, 'stage1')),
  );
  await lastValueFrom(
    of(frame).pipe(
      stage.planTiles(workshop),
      tap(() => bringUp(frame.planes, half.planes.stage1, frame.format, workshop.networks.model.carry)),
      stage.infer(workshop, 'stage2'),
    ),
  );
  return areaOf(tiles.stage1);
}

async function frameOf(still: Still, signal: AbortSignal): Promise<{ frame: Frame; pool: FramePool }> {
  const { width, height, rgb, trimap } = still;
  const format: FrameFormat = {
    ...{ width, height, model: 'rgb', depth: 8 },
    tags: { range: 'pc' },
    sampleAspect: rational(1),
  };
  const pool = new FramePool(format, { size: 1, packedBytes: 0 });
  const frame = new Frame(await pool.acquire(signal), THE_ONE);
  fillColour(frame.planes, { format, samples: rgb });
  frame.planes.trimap.set(trimap);
  return { frame, pool };
}

/** The networks with tiles as the settings want them. */
function retiled(networks: Networks, { tile, margin }: Pick<StillSettings, 'tile' | 'margin'>): Networks {
  const { stage1, stage2 } = networks.tilePlans;
  const whole: Pick<TileOptions, 'tile'> | undefined = tile === 'frame' ? { tile: Infinity } : undefined;
  return {
    ...networks,
    batch: whole ? { stage1: 1, stage2: 1 } : networks.batch,
    tilePlans: {
      stage1: { ...stage1, ...whole, ...(margin !== undefined && { margin }) },
      stage2: { ...stage2, ...whole },
    },
  };
}

function networkSeconds({ seconds }: StageClock): number {
  return (seconds.stage1 ?? 0) + (seconds.stage2 ?? 0);
}

function areaOf(tiles: readonly Tile[]): number {
  return tiles.reduce((pixels, { width, height }) => pixels + width * height, 0);
}
