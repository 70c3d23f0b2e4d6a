import type { FrameFormat } from '../core/frame.js';
import type { ColourSamples, GuideSamples, StageInput } from './engines/engine.js';
import { guideKind } from './engines/stage-input.js';
import type { NetworkModel, Stage } from './networks/model.js';
import { rgbMatrix } from './rgb-matrix.js';

/** The memory a worker gathers its batches in: one buffer, of its own, that grows to the largest batch. */
export class BatchMemory {
  #buffer = new ArrayBuffer(0);

  /**
   * A batch of `count` tiles for one stage, whose planes are to be filled (`gatherTile`). It overwrites the one before.
   *
   * @param tile - height and width of every tile, pixels, multiples of 32: all arrays then begin at multiples of four
   *   bytes, in whatever order they lie
   */
  batch(
    network: NetworkModel,
    stage: Stage,
    count: number,
    tile: { readonly height: number; readonly width: number },
    format: FrameFormat,
  ): StageInput {
    const { height, width } = tile;
    const pixels = count * height * width;
    const kind = guideKind(network, stage);
    const guideBytes = kind === undefined ? 0 : (kind === 'alpha' ? 2 : 4) * pixels;
    const colourBytes = (format.depth === 8 ? 3 : 6) * pixels;
    const bytes = guideBytes + colourBytes + pixels;
    if (this.#buffer.byteLength < bytes) this.#buffer = new ArrayBuffer(bytes);
    const buffer = this.#buffer;
    const colour: ColourSamples =
      format.depth === 8
        ? new Uint8Array(buffer, guideBytes, 3 * pixels)
        : new Uint16Array(buffer, guideBytes, 3 * pixels);
    const guide: GuideSamples | undefined =
      kind === 'alpha' ? new Uint16Array(buffer, 0, pixels) : kind && new Float32Array(buffer, 0, pixels);
    return {
      count,
      height,
      width,
      colour,
      toRgb: Float32Array.from(rgbMatrix(format)),
      trimap: new Uint8Array(buffer, guideBytes + colourBytes, pixels),
      ...(guide && { guide }),
    };
  }
}
