/** The worker threads of the per-frame kernels. Stateless but for scratch memory: any thread can take any frame. */
import { viewPlanes, type FrameMemory } from '../core/frame.js';
import { estimateForeground } from '../matting/foreground.js';
import { initialisePlanes } from '../matting/merge.js';
import type { NetworkModel } from '../matting/networks/model.js';
import { allocatePrior, solvePrior, type PriorScratch } from '../matting/prior.js';
import { planTiles, type Tile } from '../matting/tiles.js';
import { pack, type Packing } from '../output/pack.js';
import { unknownCount } from '../trimap/trimap.js';
import type { TilePlans } from './kernels.js';
import { task } from './thread.js';

export interface PlanInput {
  readonly memory: FrameMemory;
  readonly plans: TilePlans;
  readonly carry: NetworkModel['carry'];
}

export interface FramePlan {
  readonly tiles: { readonly stage1: readonly Tile[]; readonly stage2: readonly Tile[] };
  /** Pixels of unknown alpha. */
  readonly unknown: number;
}

export const plan = task(({ memory, plans, carry }: PlanInput): FramePlan => {
  const planes = viewPlanes(memory);
  initialisePlanes(planes, carry);
  return {
    unknown: unknownCount(planes.trimap),
    tiles: {
      stage1: planTiles(planes.trimap, memory.format, plans.stage1),
      stage2: planTiles(planes.trimap, memory.format, plans.stage2),
    },
  };
});

/** Scratch of the last frame size seen: a clip has only one. */
let priorScratch: { readonly size: string; readonly scratch: PriorScratch } | undefined;

export const prior = task((memory: FrameMemory) => {
  const { format } = memory;
  const size = `${format.width}x${format.height}`;
  if (priorScratch?.size !== size) priorScratch = { size, scratch: allocatePrior(format) };
  solvePrior(viewPlanes(memory), format, priorScratch.scratch);
});

export const foreground = task((memory: FrameMemory) => estimateForeground(viewPlanes(memory), memory.format));

export const packed = task(({ memory, packing }: { memory: FrameMemory; packing: Packing }) => {
  const planes = viewPlanes(memory);
  pack(planes.packed, planes, memory.format, packing);
});
