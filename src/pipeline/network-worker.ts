/** The worker thread of the networks. Inference blocks the thread it is called on, so it has this one to itself. */
import { workerData } from 'node:worker_threads';
import {
  viewPlanes,
  viewReduced,
  viewSeen,
  type FrameFormat,
  type FrameMemory,
  type FramePlanes,
} from '../core/frame.js';
import { chooseEngine } from '../matting/engines/choose.js';
import type { Engine, Session } from '../matting/engines/engine.js';
import { enlargeStage1 } from '../matting/enlarge.js';
import { planeValues } from '../matting/engines/stage-input.js';
import { BatchMemory } from '../matting/batch-memory.js';
import { gatherTile } from '../matting/gather.js';
import { beginMerge, finishAlpha, finishStage1, mergeTile } from '../matting/merge.js';
import { requireMatting, type MattingModel, type Stage } from '../matting/networks/model.js';
import { layOut } from '../matting/sheet.js';
import type { Tile } from '../matting/tiles.js';
import { loadModel } from '../matting/weights/load.js';
import type { NetworkSettings } from './options.js';
import { task, type Task } from '../core/thread.js';

export interface NetworkSetup {
  readonly settings: NetworkSettings;
}

/** What the main thread needs to know of a loaded model. */
export interface NetworkFacts {
  readonly model: Omit<MattingModel, 'build' | 'outputs'>;
  readonly engine: string;
  readonly device: string;
  /** The file of the weights. */
  readonly weights: string;
}

/** Tiles of one batch; `last` marks the one that completes its frame. */
export interface StageInput {
  readonly stage: Stage;
  /** Width of the samples that tiles are laid on side by side; undefined: a sample for each. */
  readonly sheetWidth: number | undefined;
  readonly items: readonly {
    readonly memory: FrameMemory;
    readonly tile: Tile;
    readonly last: boolean;
  }[];
}

interface Opened {
  readonly network: MattingModel;
  readonly weights: string;
  readonly engine: Engine;
  readonly session: Session;
}

const { settings } = workerData as NetworkSetup;
let opening: Promise<Opened> | undefined;
/** ONNX Runtime refuses shared memory, so tiles are gathered into our own. */
const batches = new BatchMemory();

async function load(): Promise<Opened> {
  // 2 asks for every stage there is: a file may hold stage 1 alone.
  const model = await loadModel(settings.model, settings.stages === 1 ? { stages: 1 } : {});
  requireMatting(model.network, model.file);
  const engine = await chooseEngine(settings);
  return { network: model.network, weights: model.file, engine, session: await engine.load(model) };
}

/** Loads the model; says what it is and what will run it. */
export const open: Task<undefined, NetworkFacts> = task(async () => {
  const { network, weights, engine } = await (opening ??= load());
  const { name, readsPrior, multiple, stages, channels, margins, carry } = network;
  const model = { name, readsPrior, multiple, stages, channels, margins, carry };
  return { model, engine: engine.name, device: engine.device, weights };
});

/** Gathers the tiles, runs one stage on them, merges the results into the frames' planes. */
export const infer: Task<StageInput, void> = task(async ({ stage, sheetWidth, items }) => {
  const { network, session } = await (opening ??= load());
  const tiles = items.map(({ tile }) => tile);
  const sheet = layOut(tiles, sheetWidth ?? tiles[0]!.width);
  const input = batches.batch(network, stage, sheet, seenBy(stage, items[0]!.memory).format);
  items.forEach(({ memory }, i) => {
    const { planes, format } = seenBy(stage, memory);
    gatherTile(input, sheet.placements[i]!, planes, format, stage);
  });
  const output = planeValues(await session.run(stage, input));
  items.forEach(({ memory, last }, i) => {
    const { planes, format } = seenBy(stage, memory);
    const plane = stage === 'stage1' ? planes.stage1 : planes.alpha;
    mergeTile(plane, planes.weight, format, output, sheet, sheet.placements[i]!);
    if (!last) return;
    if (stage === 'stage1') finishFirst(memory, network);
    else finishAlpha(planes);
  });
});

/** The planes a stage works on: stage 1 takes the smaller copy of the frame, if there is one. */
function seenBy(stage: Stage, memory: FrameMemory): { planes: FramePlanes; format: FrameFormat } {
  const { reduced } = memory;
  if (stage === 'stage1' && reduced) return { planes: viewReduced(memory), format: reduced };
  return viewSeen(memory);
}

/** Makes what stage 1's tiles left into what stage 2 reads, at the frame's size; into the matte if there is no stage 2. */
function finishFirst(memory: FrameMemory, { carry, readsPrior: prior, stages }: MattingModel): void {
  const planes = viewPlanes(memory);
  const { format, reduced } = memory;
  if (reduced) {
    const small = viewReduced(memory);
    finishStage1(small, carry);
    enlargeStage1(planes, format, small, reduced, { carry, prior });
  } else {
    finishStage1(planes, carry);
  }
  if (stages.includes('stage2')) beginMerge(planes.alpha, planes.weight);
  else planes.alpha.set(planes.stage1);
}
