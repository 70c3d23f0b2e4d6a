/** The worker threads of the per-frame kernels. Stateless but for scratch memory: any thread can take any frame. */
import { viewPlanes, type FrameFormat, type FrameMemory } from '../core/frame.js';
import { allocateForeground, estimateForeground } from '../matting/foreground.js';
import { beginMerge, finishAlpha } from '../matting/merge.js';
import { allocatePrior, solvePrior } from '../matting/prior.js';
import { planTiles } from '../matting/tiles.js';
import { alphaFromTrimap } from '../matting/trimap-alpha.js';
import { pack as packFrame, type Packing } from '../output/pack.js';
import { unknownCount } from '../trimap/trimap.js';
import type { FramePlan, TilePlans } from './planned-frame.js';
import { task, type Task } from './thread.js';

export interface PlanInput {
  readonly memory: FrameMemory;
  readonly plans: TilePlans;
}

/** Empties the planes that tiles are merged into; a frame without tiles gets its alpha from the trimap here. */
export const plan: Task<PlanInput, FramePlan> = task(({ memory, plans }) => {
  const planes = viewPlanes(memory);
  const unknown = unknownCount(planes.trimap);
  beginMerge(planes.stage1, planes.weight);
  beginMerge(planes.alpha, planes.weight);
  if (unknown === 0) finishAlpha(planes);
  return {
    unknown,
    tiles: {
      stage1: planTiles(planes.trimap, memory.format, plans.stage1),
      stage2: planTiles(planes.trimap, memory.format, plans.stage2),
    },
  };
});

/** The trimap is the matte: no tile, nothing to merge. */
export const trimapAlpha: Task<FrameMemory, FramePlan> = task((memory) => {
  const { alpha, trimap } = viewPlanes(memory);
  return { unknown: alphaFromTrimap(alpha, trimap), tiles: { stage1: [], stage2: [] } };
});

const priorScratch = scratchOf(allocatePrior);
const foregroundScratch = scratchOf(allocateForeground);

export const prior: Task<FrameMemory, void> = task((memory) => {
  solvePrior(viewPlanes(memory), memory.format, priorScratch(memory.format));
});

export const foreground: Task<FrameMemory, void> = task((memory) => {
  estimateForeground(viewPlanes(memory), memory.format, foregroundScratch(memory.format));
});

export const pack: Task<{ memory: FrameMemory; packing: Packing }, void> = task(({ memory, packing }) => {
  const planes = viewPlanes(memory);
  packFrame(planes.packed, planes, memory.format, packing);
});

/** Scratch memory for the last frame format seen: a thread serves one clip. */
function scratchOf<T>(allocate: (format: FrameFormat) => T): (format: FrameFormat) => T {
  let kept: { readonly key: string; readonly scratch: T } | undefined;
  return (format) => {
    const key = `${format.width}x${format.height} ${format.depth}`;
    if (kept?.key !== key) kept = { key, scratch: allocate(format) };
    return kept.scratch;
  };
}
