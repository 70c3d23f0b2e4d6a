import { compiledUrl } from '../core/compiled.js';
import type { FrameMemory } from '../core/frame.js';
import { isClassical, type ClassicalName } from '../matting/classical.js';
import type { Stage } from '../matting/networks/model.js';
import { splitTile, type Tile, type TileOptions } from '../matting/tiles.js';
import { cutsOf, ONE_TILE, type BatchRule } from './cuts.js';
import type { BatchItem } from './in-batches.js';
import type { NetworkFacts, NetworkSetup, StageInput } from './network-worker.js';
import type { NetworkSettings } from './options.js';
import type { PlannedFrame, TilePlans } from './planned-frame.js';
import { runOrRetreat } from './retreat.js';
import type { StageClock } from './stage-clock.js';
import { ThreadPool } from '../core/thread.js';

type Piece = BatchItem<PlannedFrame, Tile>;

/** Where alpha comes from: the tiles that go through the stages, or a classical method in their place. */
type AlphaSource =
  | { readonly kind: 'stages'; readonly tilePlans: (memory: FrameMemory) => TilePlans }
  | { readonly kind: 'classical'; readonly method: ClassicalName };

/** A model ready to run on its own thread, or a classical method, which needs none: the kernel threads run it. */
export interface Networks {
  readonly model: NetworkFacts['model'];
  readonly engine: string;
  readonly device: string;
  /** The file of the weights; undefined for a classical method. */
  readonly weights: string | undefined;
  /** What may share a batch, and how much of it. */
  readonly batches: Readonly<Record<Stage, BatchRule>>;
  readonly alphaSource: AlphaSource;
  /** Runs one stage on tiles of one or several frames and merges the results into their planes. */
  run(stage: Stage, batch: readonly Piece[]): Promise<void>;
  close(): Promise<void>;
}

/** What stands in for networks where alpha comes without: no thread, no stage, nothing to load. */
function noNetworks(method: ClassicalName): Networks {
  return {
    model: {
      name: method,
      readsPrior: false,
      multiple: 32,
      stages: [],
      channels: { stage1: 0, stage2: 0 },
      margins: { stage1: 0, stage2: 0 },
      carry: 'alpha',
    },
    engine: 'none',
    device: 'none',
    weights: undefined,
    batches: { stage1: ONE_TILE, stage2: ONE_TILE },
    alphaSource: { kind: 'classical', method },
    run: (stage) => Promise.reject(new Error(`${method} has no ${stage}`)),
    close: () => Promise.resolve(),
  };
}

/**
 * Reads the model, starts the engine on a thread of its own and loads both stages there. A classical method is ready.
 *
 * @throws `MODEL_UNKNOWN`, `WEIGHTS_CORRUPT`, `ENGINE_UNAVAILABLE`
 */
export async function startNetworks(
  settings: NetworkSettings,
  options: {
    readonly clock: StageClock;
    readonly signal: AbortSignal;
    readonly onNotice?: ((notice: string) => void) | undefined;
  },
): Promise<Networks> {
  const { clock, signal, onNotice } = options;
  if (isClassical(settings.model)) return noNetworks(settings.model);
  const pool = new ThreadPool(compiledUrl('./network-worker.js', import.meta.url), {
    threads: 1,
    workerData: { settings } satisfies NetworkSetup,
  });
  try {
    const facts = await pool.run<NetworkFacts>('open', undefined, { signal });
    const { model, engine, device, weights } = facts;
    const plan = cutsOf(settings, facts);
    const tilePlans = ({ reduced }: FrameMemory): TilePlans => plan.tilesAt(reduced?.scale ?? 1);
    const run = (stage: Stage, batch: readonly Piece[]): Promise<void> =>
      pool.run(
        'infer',
        {
          stage,
          sheetWidth: plan.sheetWidths[stage],
          items: batch.map(({ owner, work, last }) => ({ memory: owner.frame.memory, tile: work, last })),
        } satisfies StageInput,
        { signal, busy: clock.counter(stage) },
      );
    return {
      model,
      engine,
      device,
      weights,
      batches: plan.batches,
      alphaSource: { kind: 'stages', tilePlans },
      run: (stage, batch) =>
        runOrRetreat(
          batch,
          (pieces) => run(stage, pieces),
          (piece) =>
            halves(stage, piece, {
              ...tilePlans(piece.owner.frame.memory).stage1,
              ...(stage === 'stage2' && { margin: model.margins.stage2 }),
            }),
          ({ parts }) =>
            onNotice?.(`${stage} goes on in smaller pieces: ${firstLine(parts.seen ?? parts.what)}`),
        ),
      close: () => pool.close(),
    };
  } catch (error) {
    await pool.close();
    throw error;
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}

/** A piece in two, if that makes it smaller: stage 2's strips are as small as they get. */
function halves(stage: Stage, { owner, work, last }: Piece, options: TileOptions): Piece[] | undefined {
  const { format, reduced } = owner.frame.memory;
  const tiles = splitTile(work, stage === 'stage1' && reduced ? reduced : format, options);
  return tiles?.map((tile, n) => ({ owner, work: tile, last: last && n === 1 }));
}
