import type { OnnxGraph, ValueName } from './graph.js';
import { DATA_TYPE } from './messages.js';

/**
 * Samples of 8 or 16 bits on a device that has no such tensors, but uint32 (WebGPU): several lie in one number, the
 * first in its lowest bits, which is how they lie in memory on the little-endian machines there are. So nothing is
 * rearranged before the transfer, and no byte more than the samples' own crosses.
 */

/**
 * Packed samples as float32.
 *
 * @param words - uint32, (N, C, H, W / perWord)
 * @param perWord - 4 for 8-bit samples, 2 for 16-bit ones
 * @returns (N, C, H, W)
 */
export function unpackedSamples(graph: OnnxGraph, words: ValueName, perWord: 2 | 4): ValueName {
  const radix = graph.unsigned(2 ** (32 / perWord));
  const last = graph.integers([-1]);
  const parts: ValueName[] = [];
  for (let rest = words; parts.length < perWord;) {
    let part = rest;
    if (parts.length < perWord - 1) {
      const [above] = graph.node('Div', [rest, radix]);
      [part] = graph.node('Sub', [rest, graph.node('Mul', [above, radix])[0]]);
      rest = above;
    }
    const [real] = graph.node('Cast', [part], { to: DATA_TYPE.float });
    parts.push(graph.node('Unsqueeze', [real, last])[0]);
  }
  return graph.node('Reshape', [
    graph.node('Concat', parts, { axis: -1 })[0],
    graph.integers([0, 0, 0, -1]),
  ])[0];
}

/**
 * Whole numbers 0 to 65535 in pairs: the reverse.
 *
 * @param x - float32, (N, 1, H, W)
 * @returns uint32, (N, 1, H, W / 2)
 */
export function packedPairs(graph: OnnxGraph, x: ValueName): ValueName {
  const [pairs] = graph.node('Reshape', [x, graph.integers([0, 0, 0, -1, 2])]);
  // Taken apart while they are real numbers: WebGPU splits no integers.
  const half = (place: number): ValueName => {
    const ends = [place, place + 1, 4].map((value) => graph.integers([value]));
    const [real] = graph.node('Slice', [pairs, ...ends]);
    return graph.node('Cast', [real], { to: DATA_TYPE.uint32 })[0];
  };
  const [high] = graph.node('Mul', [half(1), graph.unsigned(65536)]);
  const [sum] = graph.node('Add', [half(0), high]);
  return graph.node('Reshape', [sum, graph.integers([0, 0, 0, -1])])[0];
}
