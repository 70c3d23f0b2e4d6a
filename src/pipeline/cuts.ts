import type { FrameScale } from '../core/frame.js';
import type { Stage } from '../matting/networks/model.js';
import type { Tile } from '../matting/tiles.js';
import type { NetworkFacts } from './network-worker.js';
import type { NetworkSettings } from './options.js';
import type { TilePlans } from './planned-frame.js';

/** What may share a batch. */
export interface BatchRule {
  /** What a batch holds at most, in the unit of `sizeOf`. */
  readonly size: number;
  readonly sizeOf: (tile: Tile) => number;
  readonly alike: (a: Tile, b: Tile) => boolean;
}

/** How frames are cut for a model, and how the pieces go through it. */
export interface Cuts {
  /** Where stage 1 sees the frame `scale` times smaller. */
  readonly tilesAt: (scale: FrameScale) => TilePlans;
  readonly batches: Readonly<Record<Stage, BatchRule>>;
  /** Width of the samples that pieces are laid on side by side; undefined: each has a sample to itself. */
  readonly sheetWidths: Readonly<Record<Stage, number | undefined>>;
}

/** Batches of one. */
export const ONE_TILE: BatchRule = { size: 1, sizeOf: () => 1, alike: () => false };

/** Pixels over which neighbouring tiles of stage 1 fade into each other. */
const FEATHER = 16;

/**
 * Stage 2 sees a few pixels only, so that its pieces can follow the unknown region closely: strips of rows, laid side by
 * side on the samples of a batch. With margins of 4 on either side they are 32 high, as networks want it.
 */
const STRIP = { height: 24, longest: 512 } as const;

/** Pixels of stage 2 for each tile of stage 1 that a batch may hold. */
const STAGE2_PIXELS = 2 ** 17;

/** Tiles a batch unless told: one is as fast as several on a processor, a GPU wants to be filled. */
const BATCH = { cpu: 1, gpu: 4 } as const;
const PROCESSORS: ReadonlySet<string> = new Set(['cpu', 'js', 'tfjs-node']);

/**
 * Least context on a smaller copy of the frame, its pixels. What a margin holds of the scene is what counts, so that it
 * shrinks with the picture: at half size 32 to 64 pixels score alike.
 */
const SMALLEST_MARGIN = 32;

/** The cuts that suit a model on the device that was found. */
export function cutsOf(settings: NetworkSettings, { model, device }: NetworkFacts): Cuts {
  const batch = settings.batch ?? BATCH[PROCESSORS.has(device) ? 'cpu' : 'gpu'];
  const dense = settings.tile === 'frame';
  const tiles: BatchRule = {
    size: batch,
    sizeOf: () => 1,
    alike: (a, b) => a.width === b.width && a.height === b.height,
  };
  const strips: BatchRule = {
    size: batch * STAGE2_PIXELS,
    sizeOf: ({ width, height }) => width * height,
    alike: () => true,
  };
  return {
    tilesAt: (scale) => ({
      stage1: {
        tile: settings.tile,
        margin: settings.margin ?? Math.max(model.margins.stage1 / scale, SMALLEST_MARGIN),
        feather: FEATHER,
        multiple: model.multiple,
      },
      stage2: dense ? 'frame' : { ...STRIP, margin: model.margins.stage2 },
    }),
    batches: { stage1: tiles, stage2: dense ? tiles : strips },
    sheetWidths: { stage1: undefined, stage2: dense ? undefined : STRIP.longest },
  };
}
