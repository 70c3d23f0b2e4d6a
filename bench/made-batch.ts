import { seededRandom } from '../fixtures/random.js';
import type { GuideSamples, StageInput } from '../src/matting/engines/engine.js';
import { guideKind } from '../src/matting/engines/stage-input.js';
import type { NetworkModel, Stage } from '../src/matting/networks/model.js';

/** R′G′B′ as it is. */
const IDENTITY = Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A batch of one picture of 8-bit noise, unknown everywhere: what the numbers are changes nothing about the time. */
export function noiseBatch(network: NetworkModel, stage: Stage, { width, height }: Size): StageInput {
  const random = seededRandom(network.channels[stage]);
  const pixels = width * height;
  const guide = { alpha: new Uint16Array(pixels).fill(32768), logit: new Float32Array(pixels) };
  const kind = guideKind(network, stage);
  return {
    ...{ count: 1, width, height },
    colour: new Uint8Array(3 * pixels).map(() => Math.floor(random.between(0, 256))),
    toRgb: IDENTITY.map((value) => value / 255),
    trimap: new Uint8Array(pixels).fill(128),
    ...(kind && { guide: guide[kind] }),
  };
}

/** A batch of one picture: R′, G′, B′ 0..1, planes one after the other, unknown everywhere. */
export function floatBatch(
  rgb: Float32Array<ArrayBuffer>,
  { width, height }: Size,
  guide?: GuideSamples,
): StageInput {
  const trimap = new Uint8Array(width * height).fill(128);
  return { count: 1, width, height, colour: rgb, toRgb: IDENTITY, trimap, ...(guide && { guide }) };
}
