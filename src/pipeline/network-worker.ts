/** The worker thread of the networks. Inference blocks the thread it is called on, so it has this one to itself. */
import { workerData } from 'node:worker_threads';
import { viewPlanes, type FrameMemory } from '../core/frame.js';
import { chooseEngine } from '../matting/engines/choose.js';
import type { Engine, Session } from '../matting/engines/engine.js';
import { planeValues } from '../matting/engines/stage-input.js';
import { BatchMemory } from '../matting/batch-memory.js';
import { gatherTile } from '../matting/gather.js';
import { beginMerge, finishAlpha, finishStage1, mergeTile } from '../matting/merge.js';
import type { NetworkModel, Stage } from '../matting/networks/model.js';
import type { Tile } from '../matting/tiles.js';
import { loadModel } from '../matting/weights/load.js';
import type { NetworkSettings } from './options.js';
import { task, type Task } from './thread.js';

export interface NetworkSetup {
  readonly settings: NetworkSettings;
}

/** What the main thread needs to know of a loaded model. */
export interface NetworkFacts {
  readonly model: Omit<NetworkModel, 'build'>;
  readonly engine: string;
  readonly device: string;
}

/** Tiles of one batch; `last` marks the one that completes its frame. */
export interface StageInput {
  readonly stage: Stage;
  readonly items: readonly {
    readonly memory: FrameMemory;
    readonly tile: Tile;
    readonly last: boolean;
  }[];
}

interface Opened {
  readonly network: NetworkModel;
  readonly engine: Engine;
  readonly session: Session;
}

const { settings } = workerData as NetworkSetup;
let opening: Promise<Opened> | undefined;
/** ONNX Runtime refuses shared memory, so tiles are gathered into our own. */
const batches = new BatchMemory();

async function load(): Promise<Opened> {
  const model = await loadModel(settings.model, { stages: settings.stages });
  const engine = await chooseEngine(settings);
  return { network: model.network, engine, session: await engine.load(model) };
}

/** Loads the model; says what it is and what will run it. */
export const open: Task<undefined, NetworkFacts> = task(async () => {
  const { network, engine } = await (opening ??= load());
  const { name, readsPrior, multiple, stages, channels, margins, carry } = network;
  const model = { name, readsPrior, multiple, stages, channels, margins, carry };
  return { model, engine: engine.name, device: engine.device };
});

/** Gathers the tiles, runs one stage on them, merges the results into the frames' planes. */
export const infer: Task<StageInput, void> = task(async ({ stage, items }) => {
  const { network, session } = await (opening ??= load());
  const { tile: first, memory: frame } = items[0]!;
  const pixels = first.width * first.height;
  const input = batches.batch(network, stage, items.length, first, frame.format);
  items.forEach(({ memory, tile }, i) => {
    gatherTile(input, i, viewPlanes(memory), memory.format, tile, stage);
  });
  const output = planeValues(await session.run(stage, input));
  const finished = stage === network.stages.at(-1);
  items.forEach(({ memory, tile, last }, i) => {
    const planes = viewPlanes(memory);
    mergeTile(
      finished ? planes.alpha : planes.stage1,
      planes.weight,
      memory.format,
      tile,
      output,
      i * pixels,
    );
    if (!last) return;
    if (finished) {
      finishAlpha(planes);
    } else {
      finishStage1(planes, network.carry);
      beginMerge(planes.alpha, planes.weight);
    }
  });
});
