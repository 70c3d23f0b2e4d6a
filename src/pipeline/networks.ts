import { compiledUrl } from '../core/compiled.js';
import type { Stage } from '../matting/networks/model.js';
import type { Tile, TileOptions } from '../matting/tiles.js';
import type { BatchItem } from './in-batches.js';
import type { NetworkFacts, NetworkSetup, StageInput } from './network-worker.js';
import type { NetworkSettings } from './options.js';
import type { PlannedFrame, TilePlans } from './planned-frame.js';
import type { StageClock } from './stage-clock.js';
import { ThreadPool } from './thread.js';

/** Pixels over which neighbouring tiles fade into each other. */
const FEATHER = 16;

/** Stage 2 sees a few pixels only, so that its tiles can follow the unknown region closely. */
const STAGE2_TILE = 192;

/** A model ready to run on its own thread. */
export interface Networks {
  readonly model: NetworkFacts['model'];
  readonly engine: string;
  readonly device: string;
  /** Tiles a batch at most. */
  readonly batch: Readonly<Record<Stage, number>>;
  /** Absent when there is no stage: alpha is then what the trimap says. */
  readonly tilePlans?: TilePlans;
  /** Runs one stage on tiles of one or several frames and merges the results into their planes. */
  run(stage: Stage, batch: readonly BatchItem<PlannedFrame, Tile>[]): Promise<void>;
  close(): Promise<void>;
}

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
  batch: { stage1: 1, stage2: 1 },
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
    const smallTile = Math.min(settings.tile, STAGE2_TILE);
    const plan = (stage: Stage, tile: number): TileOptions => ({
      tile,
      margin: model.margins[stage],
      feather: FEATHER,
      multiple: model.multiple,
    });
    return {
      model,
      engine,
      device,
      // As many pixels a batch in either stage.
      batch: {
        stage1: settings.batch,
        stage2: settings.batch * Math.floor((settings.tile / smallTile) ** 2),
      },
      tilePlans: { stage1: plan('stage1', settings.tile), stage2: plan('stage2', smallTile) },
      run: (stage, batch) =>
        pool.run(
          'infer',
          {
            stage,
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
