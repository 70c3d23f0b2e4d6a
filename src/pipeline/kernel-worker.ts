/** The worker threads of the per-frame kernels. Stateless but for scratch memory: any thread can take any frame. */
import { viewPlanes, type FrameMemory } from '../core/frame.js';
import { estimateForeground } from '../matting/foreground.js';
import { initialisePlanes } from '../matting/merge.js';
import type { NetworkModel } from '../matting/networks/model.js';
import { solvePrior } from '../matting/prior.js';
import { planTiles, type Tile } from '../matting/tiles.js';
import { pack, type Packing } from '../output/pack.js';
import { estimateFlow, type FlowPicture } from '../trimap/flow.js';
import { isUnknown } from '../trimap/trimap.js';
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
  let unknown = 0;
  for (const value of planes.trimap) if (isUnknown(value)) unknown += 1;
  return {
    unknown,
    tiles: {
      stage1: planTiles(planes.trimap, memory.format, plans.stage1),
      stage2: planTiles(planes.trimap, memory.format, plans.stage2),
    },
  };
});

export const prior = task((memory: FrameMemory) => solvePrior(viewPlanes(memory), memory.format));

export const foreground = task((memory: FrameMemory) => estimateForeground(viewPlanes(memory), memory.format));

export const packed = task(({ memory, packing }: { memory: FrameMemory; packing: Packing }) => {
  const planes = viewPlanes(memory);
  pack(planes.packed, planes, memory.format, packing);
});

export const flow = task(({ from, to }: { from: FlowPicture; to: FlowPicture }) => estimateFlow(from, to));
