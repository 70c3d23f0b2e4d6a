import * as ort from 'onnxruntime-node';
import type { GuideSamples, StageInput } from '../engine.js';
import { rgbFilter, sampleType } from '../stage-input.js';

type Samples = StageInput['colour'];

/**
 * A batch as the inputs of `servingGraph`. Nothing is copied, but for samples that are to be packed and do not begin
 * at a multiple of four bytes.
 */
export function feeds(
  { count, height, width, colour, toRgb, trimap, guide }: StageInput,
  packed: boolean,
): ort.InferenceSession.FeedsType {
  const planes = (samples: Samples, channels: number): ort.Tensor => {
    if (!packed || samples instanceof Float32Array) {
      return new ort.Tensor(sampleType(samples), samples, [count, channels, height, width]);
    }
    const words = asWords(samples);
    return new ort.Tensor('uint32', words, [
      count,
      channels,
      height,
      words.length / (count * channels * height),
    ]);
  };
  const { matrix, offset } = rgbFilter(toRgb);
  return {
    colour: planes(colour, 3),
    matrix: new ort.Tensor('float32', matrix, [3, 3, 1, 1]),
    offset: new ort.Tensor('float32', offset, [3]),
    ...(trimap.length > 0 && { trimap: planes(trimap, 1) }),
    ...(guide && { guide: planes(guide, 1) }),
  };
}

/** What came out: words are pairs of 16-bit samples, as they lie in memory. */
export function unpacked(data: GuideSamples | Uint32Array<ArrayBuffer>): GuideSamples {
  if (!(data instanceof Uint32Array)) return data;
  return new Uint16Array(data.buffer, data.byteOffset, 2 * data.length);
}

function asWords(samples: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = samples.byteOffset % 4 === 0 ? samples : samples.slice();
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}
