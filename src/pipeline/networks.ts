import { compiledUrl } from '../core/compiled.js';
import type { Stage } from '../matting/networks/model.js';
import type { Tile, TileOptions } from '../matting/tiles.js';
import type { BatchItem } from './in-batches.js';
import type { NetworkFacts, NetworkSetup, StageInput } from './network-worker.js';
import type { NetworkSettings } from './options.js';
import type { PlannedFrame, TilePlans } from './planned-frame.js';
import { ThreadPool } from './thread.js';

/** Pixels over which neighbouring tiles fade into each other. */
const FEATHER = 16;

/** A model ready to run on its own thread. */
export interface Networks {
  readonly model: NetworkFacts['model'];
  readonly engine: string;
  readonly device: string;
  readonly batch: number;
  readonly tilePlans: TilePlans;
  /** Runs one stage on tiles of one or several frames and merges the results into their planes. */
  run(stage: Stage, batch: readonly BatchItem<PlannedFrame, Tile>[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Reads the model, starts the engine on a thread of its own and loads both stages there.
 *
 * @throws `MODEL_UNKNOWN`, `WEIGHTS_CORRUPT`, `ENGINE_UNAVAILABLE`
 */
export async function startNetworks(settings: NetworkSettings, signal: AbortSignal): Promise<Networks> {
  const pool = new ThreadPool(compiledUrl('./network-worker.js', import.meta.url), {
    threads: 1,
    workerData: { settings } satisfies NetworkSetup,
  });
  try {
    const { model, engine, device } = await pool.run<NetworkFacts>('open', undefined, { signal });
    const plan = (stage: Stage): TileOptions => ({
      tile: settings.tile,
      margin: model.margins[stage],
      feather: FEATHER,
      multiple: model.multiple,
    });
    return {
      model,
      engine,
      device,
      batch: settings.batch,
      tilePlans: { stage1: plan('stage1'), stage2: plan('stage2') },
      run: (stage, batch) =>
        pool.run(
          'infer',
          {
            stage,
            items: batch.map(({ owner, work, last }) => ({ memory: owner.frame.memory, tile: work, last })),
          } satisfies StageInput,
          { signal },
        ),
      close: () => pool.close(),
    };
  } catch (error) {
    await pool.close();
    throw error;
  }
}
