import type { Frame } from '../core/frame.js';
import type { Stage } from '../matting/networks/model.js';
import type { Tile, TileOptions } from '../matting/tiles.js';

/** How each stage cuts frames into tiles. */
export type TilePlans = Readonly<Record<Stage, TileOptions>>;

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
