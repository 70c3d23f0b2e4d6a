/** The worker thread of the networks. Inference blocks the thread it is called on, so it has this one to itself. */
import { workerData } from 'node:worker_threads';
import { viewPlanes, type FrameMemory } from '../core/frame.js';
import { chooseEngine } from '../matting/engines/choose.js';
import type { Engine, Session } from '../matting/engines/engine.js';
import { gatherTile } from '../matting/gather.js';
import { beginMerge, finishAlpha, finishStage1, mergeTile } from '../matting/merge.js';
import { requireMatting, type MattingModel, type Stage } from '../matting/networks/model.js';
import type { Tile } from '../matting/tiles.js';
import { loadModel } from '../matting/weights/load.js';
import type { NetworkSettings } from './options.js';
import { task, type Task } from './thread.js';

export interface NetworkSetup {
  readonly settings: NetworkSettings;
}

/** What the main thread needs to know of a loaded model. */
export interface NetworkFacts {
  readonly model: Omit<MattingModel, 'build' | 'outputs'>;
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
  readonly network: MattingModel;
  readonly engine: Engine;
  readonly session: Session;
}

const { settings } = workerData as NetworkSetup;
let opening: Promise<Opened> | undefined;
/** The batch's input, (N, C, H, W). ONNX Runtime refuses shared memory, so tiles are gathered into our own. */
let input = new Float32Array(0);

async function load(): Promise<Opened> {
  const model = await loadModel(settings.model, { stages: settings.stages });
  requireMatting(model.network, model.file);
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
  const { width, height } = items[0]!.tile;
  const pixels = width * height;
  const channels = network.channels[stage];
  const size = items.length * channels * pixels;
  if (input.length < size) input = new Float32Array(size);

  const channelKinds = stage === 'stage2' ? 'stage2' : network.readsPrior ? 'stage1+prior' : 'stage1';
  items.forEach(({ memory, tile }, i) => {
    gatherTile(input, i * channels * pixels, viewPlanes(memory), memory.format, tile, channelKinds);
  });
  const output = await session.run(stage, {
    data: input.subarray(0, size),
    shape: [items.length, channels, height, width],
  });
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
