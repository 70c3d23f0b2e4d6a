import { concatMap, map, type OperatorFunction } from 'rxjs';
import type { FramePool } from '../core/frame-pool.js';
import type { Frame } from '../core/frame.js';
import { classicalMethod } from '../matting/classical.js';
import type { Stage } from '../matting/networks/model.js';
import type { FrameSink } from '../output/sink.js';
import { inBatches } from './in-batches.js';
import { inOrder } from './in-order.js';
import type { Kernels } from './kernels.js';
import type { Networks } from './networks.js';
import type { ForegroundMethod, PriorKind } from './options.js';
import type { PlannedFrame } from './planned-frame.js';
import type { StageClock } from './stage-clock.js';
import type { ClipTrimaps } from './trimaps.js';

/** What the stages of one run work with. */
export interface Workshop {
  readonly kernels: Kernels;
  readonly networks: Networks;
  readonly pool: Pick<FramePool, 'starved' | 'onStarved'>;
  readonly clock: StageClock;
  readonly signal: AbortSignal;
  /** Whether batches end with the frame at this position of the run, for runs whose batches may not follow the pace. */
  readonly endsBatch?: ((index: number) => boolean) | undefined;
}

/** Fills the frame's trimap. @param judged - is told how sure it is, 0..1 */
export function attachTrimap(
  trimaps: ClipTrimaps,
  judged?: (frame: Frame, confidence: number) => void,
): OperatorFunction<Frame, Frame> {
  return concatMap(async (frame) => {
    const confidence = await trimaps.fill(frame);
    judged?.(frame, confidence);
    return frame;
  });
}

/** Sets alpha where it is known and cuts the rest into tiles; a classical method sets all of it, of several frames at once. */
export function planTiles({ kernels, networks }: Workshop): OperatorFunction<Frame, PlannedFrame> {
  const { alphaSource } = networks;
  if (alphaSource.kind === 'classical') {
    return inOrder(async (frame) => ({
      frame,
      ...(await kernels.classicalAlpha(frame, alphaSource.method)),
    }));
  }
  return concatMap(async (frame) => ({
    frame,
    ...(await kernels.plan(frame, alphaSource.tilePlans(frame.memory))),
  }));
}

/** Fills the prior of frames that have something to solve, if the model reads it. */
export function solvePrior(
  { kernels, networks }: Workshop,
  kind: PriorKind,
): OperatorFunction<PlannedFrame, PlannedFrame> {
  return concatMap(async (planned) => {
    if (networks.model.readsPrior && planned.unknown > 0) {
      await kernels.solvePrior(planned.frame, kind);
    }
    return planned;
  });
}

/** One network stage: batches that mix frames, merged back into each frame's planes. A model without it skips it. */
export function infer(
  { networks, pool, endsBatch }: Workshop,
  stage: Stage,
): OperatorFunction<PlannedFrame, PlannedFrame> {
  if (!networks.model.stages.includes(stage)) return map((planned) => planned);
  return inBatches({
    ...networks.batches[stage],
    pool,
    endsBatch: endsBatch && (({ frame }) => endsBatch(frame.index)),
    workOf: ({ tiles }) => tiles[stage],
    run: (batch) => networks.run(stage, batch),
  });
}

/** The frame with its alpha complete. */
export function assembleAlpha(): OperatorFunction<PlannedFrame, Frame> {
  return map(({ frame }) => frame);
}

/** Replaces the colour in the soft region by the subject's own. Needs an alpha that was estimated. */
export function estimateForeground(
  { kernels, networks }: Workshop,
  method: ForegroundMethod,
): OperatorFunction<Frame, Frame> {
  const { alphaSource } = networks;
  if (alphaSource.kind === 'classical' && !classicalMethod(alphaSource.method).estimates) {
    return map((frame) => frame);
  }
  return concatMap(async (frame) => {
    await kernels.estimateForeground(frame, method);
    return frame;
  });
}

/** Shows the frame to whoever watches the run and waits until they have seen it: its memory is theirs until then. */
export function show(watch: ((frame: Frame) => unknown) | undefined): OperatorFunction<Frame, Frame> {
  if (!watch) return map((frame) => frame);
  return concatMap(async (frame) => {
    await watch(frame);
    return frame;
  });
}

/** Lays the frame out as the sink wants it, unless it wants nothing. */
export function pack(
  { kernels }: Workshop,
  { packing, packedBytes }: Pick<FrameSink, 'packing' | 'packedBytes'>,
): OperatorFunction<Frame, Frame> {
  if (packedBytes === 0) return map((frame) => frame);
  return concatMap(async (frame) => {
    await kernels.pack(frame, packing);
    return frame;
  });
}

/** Gives each frame to the sink and its memory back to the pool; passes on how many there have been. */
export function encode({ clock, signal }: Workshop, sink: FrameSink): OperatorFunction<Frame, number> {
  const count = clock.counter('encode');
  let written = 0;
  return concatMap(async (frame) => {
    try {
      const start = performance.now();
      await sink.write(frame, signal);
      count((performance.now() - start) / 1000);
      written += 1;
      return written;
    } finally {
      frame.release();
    }
  });
}
