import type { Tile } from './tiles.js';

/** A tile's place in a network's input: the sample of the batch and the tile's left edge in it; its top is the sample's. */
export interface Placement {
  readonly tile: Tile;
  readonly sample: number;
  readonly left: number;
}

/** A network's input, (N, C, height, width), and what lies where in it. */
export interface Sheet {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly placements: readonly Placement[];
}

/**
 * Lays tiles of one height side by side on samples of one width, each beginning a new sample when it does not fit.
 * Tiles carry the context their network sees, so neighbours on a sample do not touch each other's results.
 *
 * @param tiles - one or more; none wider than `width`
 */
export function layOut(tiles: readonly Tile[], width: number): Sheet {
  const placements: Placement[] = [];
  let [sample, left] = [0, 0];
  for (const tile of tiles) {
    if (left + tile.width > width) {
      sample += 1;
      left = 0;
    }
    placements.push({ tile, sample, left });
    left += tile.width;
  }
  return { count: sample + 1, height: tiles[0]!.height, width, placements };
}
