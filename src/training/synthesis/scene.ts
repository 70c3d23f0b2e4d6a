import type { Background } from '../foreground.js';
import type { Random } from '../random.js';
import { Canvas } from './canvas.js';
import type { Layer } from './layer.js';

/** What a kind of subject is drawn from. */
export interface Scene {
  readonly random: Random;
  /** Pixels of the finished picture along either axis. */
  readonly side: number;
  /** Surfaces are cut from these; without any, from noise. */
  readonly photographs: readonly Background[];
  /** Cells a pixel along either axis, where not the usual: for tests. */
  readonly supersampling?: number;
}

/** Draws one subject of a kind. */
export type Draw = (scene: Scene) => Layer;

export function canvasOf({ side, supersampling }: Scene): Canvas {
  return new Canvas(side, supersampling);
}
