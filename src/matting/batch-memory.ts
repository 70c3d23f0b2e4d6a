import type { FrameFormat } from '../core/frame.js';
import type { ColourSamples, GuideSamples, StageInput } from './engines/engine.js';
import { guideKind } from './engines/stage-input.js';
import type { NetworkModel, Stage } from './networks/model.js';
import { rgbMatrix } from './rgb-matrix.js';
import type { Sheet } from './sheet.js';

/** The memory a worker gathers its batches in: one buffer, of its own, that grows to the largest batch. */
export class BatchMemory {
  #buffer = new ArrayBuffer(0);

  /**
   * A batch for one stage, whose planes are to be filled (`gatherTile`). It overwrites the one before; places that no
   * tile takes keep what they held.
   *
   * @param sheet - height and width of the samples are multiples of 32: all arrays then begin at multiples of four bytes,
   *   in whatever order they lie
   */
  batch(
    network: NetworkModel,
    stage: Stage,
    { count, height, width }: Pick<Sheet, 'count' | 'height' | 'width'>,
    format: FrameFormat,
  ): StageInput {
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
