import { compiledUrl } from '../core/compiled.js';
import type { Stage } from '../matting/networks/model.js';
import type { Tile } from '../matting/tiles.js';
import type { BatchItem } from './in-batches.js';
import type { NetworkFacts, NetworkSetup, StageInput } from './network-worker.js';
import type { NetworkSettings } from './options.js';
import type { PlannedFrame, TilePlans } from './planned-frame.js';
import type { StageClock } from './stage-clock.js';
import { ThreadPool } from './thread.js';

/** Pixels over which neighbouring tiles of stage 1 fade into each other. */
const FEATHER = 16;

/**
 * Stage 2 sees a few pixels only, so that its tiles can follow the unknown region closely: strips of rows, laid side by
 * side on the samples of a batch. With their margins of 4 on either side they are a multiple of 32 high.
 */
const STRIP = { height: 24, longest: 512 } as const;

/** Pixels of stage 2 for each tile of stage 1 that a batch may hold. */
const STAGE2_PIXELS = 2 ** 17;

interface BatchRule {
  readonly size: number;
  readonly sizeOf: (tile: Tile) => number;
  readonly alike: (a: Tile, b: Tile) => boolean;
}

/** A model ready to run on its own thread. */
export interface Networks {
  readonly model: NetworkFacts['model'];
  readonly engine: string;
  readonly device: string;
  /** What may share a batch, and how much of it. */
  readonly batches: Readonly<Record<Stage, BatchRule>>;
  /** Absent when there is no stage: alpha is then what the trimap says. */
  readonly tilePlans?: TilePlans;
  /** Runs one stage on tiles of one or several frames and merges the results into their planes. */
  run(stage: Stage, batch: readonly BatchItem<PlannedFrame, Tile>[]): Promise<void>;
  close(): Promise<void>;
}

const ONE_TILE: BatchRule = { size: 1, sizeOf: () => 1, alike: () => false };

/** The name of the model that is none. */
const TRIMAP_MODEL = 'trimap';

/**
 * What stands in for networks where the trimap is the matte: no thread, no stage, nothing to load. For a quick look at
 * trimaps, and for measuring what everything but the networks costs.
 */
const NO_NETWORKS: Networks = {
  model: {
    name: TRIMAP_MODEL,
    readsPrior: false,
    multiple: 32,
    stages: [],
    channels: { stage1: 0, stage2: 0 },
    margins: { stage1: 0, stage2: 0 },
    carry: 'alpha',
  },
  engine: 'none',
  device: 'none',
  batches: { stage1: ONE_TILE, stage2: ONE_TILE },
  run: (stage) => Promise.reject(new Error(`${TRIMAP_MODEL} has no ${stage}`)),
  close: () => Promise.resolve(),
};

/**
 * Reads the model, starts the engine on a thread of its own and loads both stages there.
 *
 * @throws `MODEL_UNKNOWN`, `WEIGHTS_CORRUPT`, `ENGINE_UNAVAILABLE`
 */
export async function startNetworks(
  settings: NetworkSettings,
  clock: StageClock,
  signal: AbortSignal,
): Promise<Networks> {
  if (settings.model === TRIMAP_MODEL) return NO_NETWORKS;
  const pool = new ThreadPool(compiledUrl('./network-worker.js', import.meta.url), {
    threads: 1,
    workerData: { settings } satisfies NetworkSetup,
  });
  try {
    const { model, engine, device } = await pool.run<NetworkFacts>('open', undefined, { signal });
    const dense = settings.tile === 'frame';
    const sameShape = (a: Tile, b: Tile): boolean => a.width === b.width && a.height === b.height;
    return {
      model,
      engine,
      device,
      batches: {
        stage1: { size: settings.batch, sizeOf: () => 1, alike: sameShape },
        stage2: dense
          ? { size: settings.batch, sizeOf: () => 1, alike: sameShape }
          : {
              size: settings.batch * STAGE2_PIXELS,
              sizeOf: ({ width, height }) => width * height,
              alike: () => true,
            },
      },
      tilePlans: {
        stage1: {
          tile: settings.tile,
          margin: settings.margin ?? model.margins.stage1,
          feather: FEATHER,
          multiple: model.multiple,
        },
        stage2: dense ? 'frame' : { ...STRIP, margin: model.margins.stage2 },
      },
      run: (stage, batch) =>
        pool.run(
          'infer',
          {
            stage,
            ...(stage === 'stage2' && !dense && { sheetWidth: STRIP.longest }),
            items: batch.map(({ owner, work, last }) => ({ memory: owner.frame.memory, tile: work, last })),
          } satisfies StageInput,
          { signal, busy: clock.counter(stage) },
        ),
      close: () => pool.close(),
    };
  } catch (error) {
    await pool.close();
    throw error;
  }
}
