import type { Frame } from '../core/frame.js';
import type { Stage } from '../matting/networks/model.js';
import type { StripOptions } from '../matting/strips.js';
import type { Tile, TileOptions } from '../matting/tiles.js';

/** How each stage cuts frames into tiles. Stage 1 may work on a smaller copy of the frame: its tiles are in that copy's pixels. */
export interface TilePlans {
  readonly stage1: TileOptions;
  /** `frame`: the whole frame at once. */
  readonly stage2: StripOptions | 'frame';
}

/** What planning finds out about a frame. */
export interface FramePlan {
  /** The tiles of each stage that touch the unknown region. */
  readonly tiles: Readonly<Record<Stage, readonly Tile[]>>;
  /** Pixels of unknown alpha. */
  readonly unknown: number;
}

/** A frame and its plan, on their way through the networks. */
export interface PlannedFrame extends FramePlan {
  readonly frame: Frame;
}
