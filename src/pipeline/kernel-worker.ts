/** The worker threads of the per-frame kernels. Stateless but for scratch memory: any thread can take any frame. */
import { viewPlanes, viewReduced, viewSeen, type FrameFormat, type FrameMemory } from '../core/frame.js';
import { classicalMethod, type ClassicalName } from '../matting/classical.js';
import { allocateForeground, estimateForeground } from '../matting/foreground.js';
import { allocateFineForeground, estimateFineForeground } from '../matting/multi-level-foreground.js';
import { solveFullPrior } from '../matting/closed-form.js';
import { solveLinkedPrior } from '../matting/information-flow/linked-closed-form.js';
import { informationFlowMatting } from '../matting/information-flow/information-flow.js';
import { beginMerge, finishAlpha } from '../matting/merge.js';
import { allocatePrior, solvePrior } from '../matting/prior.js';
import { reducePlane, reduceTrimap } from '../matting/reduce.js';
import { planStrips } from '../matting/strips.js';
import { planTiles, type Size, type Tile } from '../matting/tiles.js';
import { fillView } from '../matting/viewing.js';
import { pack as packFrame, type Packing } from '../output/pack.js';
import { unknownCount } from '../trimap/trimap.js';
import type { ForegroundMethod, PriorKind } from './options.js';
import type { FramePlan, TilePlans } from './planned-frame.js';
import { task, type Task } from '../core/thread.js';

export interface PlanInput {
  readonly memory: FrameMemory;
  readonly plans: TilePlans;
}

export interface ClassicalInput {
  readonly memory: FrameMemory;
  readonly method: ClassicalName;
}

export interface PriorInput {
  readonly memory: FrameMemory;
  readonly kind: PriorKind;
}

export interface ForegroundInput {
  readonly memory: FrameMemory;
  readonly method: ForegroundMethod;
}

/** Fills what matting sees of the frame and empties the planes that tiles are merged into; a frame without tiles gets its alpha from the trimap here. */
export const plan: Task<PlanInput, FramePlan> = task(({ memory, plans }) => {
  const planes = viewPlanes(memory);
  const { format, reduced } = memory;
  const unknown = unknownCount(planes.trimap);
  if (unknown === 0) {
    finishAlpha(planes);
    return { unknown, tiles: { stage1: [], stage2: [] } };
  }
  fillView(memory);
  const seen = viewSeen(memory).planes.colour;
  const small = reduced && viewReduced(memory);
  if (small) reduceTrimap(small.trimap, reduced, planes.trimap, format);
  const { stage1, weight, trimap } = small ?? planes;
  beginMerge(stage1, weight);
  const tiles = planTiles(trimap, reduced ?? format, plans.stage1);
  if (small) {
    for (const tile of tiles) {
      const region = withMirrored(tile, reduced);
      small.colour.forEach((plane, p) => reducePlane(plane, reduced, seen[p]!, format, region));
    }
  }
  return { unknown, tiles: { stage1: tiles, stage2: planStage2(planes.trimap, format, plans) } };
});

/** A tile and what it mirrors of the picture where it sticks out of it: as much, on the other side of the edge. */
function withMirrored(tile: Tile, { width, height }: Size): Tile {
  const left = Math.max(0, tile.x - Math.max(0, tile.x + tile.width - width));
  const top = Math.max(0, tile.y - Math.max(0, tile.y + tile.height - height));
  return {
    ...tile,
    ...{ x: left, y: top },
    ...{ width: tile.width + tile.x - left, height: tile.height + tile.y - top },
  };
}

function planStage2(trimap: Uint8Array, frame: FrameFormat, { stage1, stage2 }: TilePlans): Tile[] {
  return stage2 === 'frame'
    ? planTiles(trimap, frame, { ...stage1, tile: 'frame' })
    : planStrips(trimap, frame, stage2);
}

/** Alpha without networks: no tile, nothing to merge. */
export const alpha: Task<ClassicalInput, FramePlan> = task(({ memory, method }) => {
  fillView(memory);
  const { planes, format } = viewSeen(memory);
  classicalMethod(method).fillAlpha(planes, format);
  return { unknown: unknownCount(planes.trimap), tiles: { stage1: [], stage2: [] } };
});

const priorScratch = scratchOf(allocatePrior);
const foregroundScratch = scratchOf(allocateForeground);
const fineScratch = allocateFineForeground();

export const prior: Task<PriorInput, void> = task(({ memory, kind }) => {
  const { planes, format } = viewSeen(memory);
  const { reduced } = memory;
  // Nothing that counts has been written to alpha yet.
  if (kind === 'information-flow') {
    informationFlowMatting(planes, format);
    planes.prior.set(planes.alpha);
  } else {
    solvePrior(planes, format, priorScratch(format));
    if (kind === 'full') solveFullPrior(planes, format);
    if (kind === 'linked') solveLinkedPrior(planes, format);
  }
  if (reduced)
    reducePlane(viewReduced(memory).prior, reduced, planes.prior, format, { x: 0, y: 0, ...reduced });
});

export const foreground: Task<ForegroundInput, void> = task(({ memory, method }) => {
  const { format } = memory;
  if (method === 'fine') estimateFineForeground(viewPlanes(memory), format, fineScratch);
  else estimateForeground(viewPlanes(memory), format, foregroundScratch(format));
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
