import type { TrimapNetwork } from '../pipeline/trimap-network.js';
import { reachOf } from '../pipeline/trimap-options.js';
import { widenTrimap } from '../trimap/mask.js';
import type { Size } from '../trimap/picture.js';
import type { LiveTrimaps } from './trimap-source.js';

/** Trimaps that a network makes of each picture by itself: nothing has to be captured or painted first. */
export class NetworkTrimaps implements LiveTrimaps {
  readonly #network: TrimapNetwork;
  readonly #size: Size;
  /** How many times smaller than the stream's the pictures are. */
  readonly #factor: number;

  constructor(network: TrimapNetwork, size: Size, factor: number) {
    this.#network = network;
    this.#size = size;
    this.#factor = factor;
  }

  async next(dst: Uint8Array, rgb: Uint8Array): Promise<void> {
    await this.#network.run(dst, rgb, this.#size);
    const { erode, dilate } = reachOf({}, 'network');
    widenTrimap(dst, this.#size, { erode: erode / this.#factor, dilate: dilate / this.#factor });
  }

  learn(): void {
    // It knows what it was trained on, and no more.
  }
}
