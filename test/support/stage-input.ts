import type { ColourSamples, GuideSamples, StageInput } from '../../src/matting/engines/engine.js';
import { planeValues, type PlaneKind, type SampleType } from '../../src/matting/engines/stage-input.js';
import { noise } from './made-input.js';

/** R′G′B′ as it is. */
const IDENTITY = Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);

export interface BatchSize {
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** A batch of noise: every code of its sample type, all three levels of a trimap, a guide. */
export function noiseInput(
  { count, height, width }: BatchSize,
  seed: number,
  { samples = 'float32', guide }: { samples?: SampleType; guide?: PlaneKind } = {},
): StageInput {
  const pixels = count * height * width;
  const peak = samples === 'uint8' ? 255 : 65535;
  const codes = noise(3 * pixels, seed).map((value) =>
    samples === 'float32' ? value : Math.round(peak * value),
  );
  const colour: ColourSamples =
    samples === 'uint8' ? Uint8Array.from(codes) : samples === 'uint16' ? Uint16Array.from(codes) : codes;
  const matrix = noise(12, seed + 2).map((value, i) =>
    i % 4 === 3 ? value - 0.5 : (2 * value - 0.5) / peak,
  );
  return {
    ...{ count, height, width, colour },
    // Colours that fall outside 0..1 on both sides are among those of a matrix of noise.
    toRgb: samples === 'float32' ? IDENTITY : matrix,
    trimap: Uint8Array.from(noise(pixels, seed + 1), (value) => [0, 128, 255][Math.floor(3 * value)]!),
    ...(guide && {
      guide: encodedPlane(
        noise(pixels, seed + 3).map((value) => (guide === 'logit' ? 8 * value - 4 : value)),
        guide,
      ),
    }),
  };
}

/** Real numbers as they cross to an engine. */
function encodedPlane(values: Float32Array<ArrayBuffer>, kind: PlaneKind): GuideSamples {
  return kind === 'alpha' ? Uint16Array.from(values, (value) => Math.round(65535 * value)) : values;
}

/** Float channels (R′, G′, B′, trimap 0 / 0.5 / 1 and, if there is a fifth, the guide) as a batch that means the same. */
export function inputOfChannels(
  data: Float32Array<ArrayBuffer>,
  [count, channels, height, width]: readonly [number, number, number, number],
  guide: PlaneKind = 'alpha',
): StageInput {
  const pixels = height * width;
  const planes = (first: number, number: number): Float32Array<ArrayBuffer> => {
    const dst = new Float32Array(count * number * pixels);
    for (let n = 0; n < count; n++) {
      const from = (n * channels + first) * pixels;
      dst.set(data.subarray(from, from + number * pixels), n * number * pixels);
    }
    return dst;
  };
  return {
    ...{ count, height, width },
    colour: planes(0, 3),
    toRgb: IDENTITY,
    trimap:
      channels > 3 ? Uint8Array.from(planes(3, 1), (value) => Math.ceil(255 * value)) : new Uint8Array(0),
    ...(channels === 5 && { guide: encodedPlane(planes(4, 1), guide) }),
  };
}

/** What a network reads of a batch, by definition: (N, channels, H, W). */
export function channelsOf({
  count,
  height,
  width,
  colour,
  toRgb,
  trimap,
  guide,
}: StageInput): Float32Array<ArrayBuffer> {
  const pixels = height * width;
  const values = guide && planeValues(guide);
  const channels = guide ? 5 : 4;
  const dst = new Float32Array(count * channels * pixels);
  for (let n = 0; n < count; n++) {
    for (let at = 0; at < pixels; at++) {
      const put = (channel: number, value: number): void => {
        dst[(n * channels + channel) * pixels + at] = value;
      };
      for (let row = 0; row < 3; row++) {
        let sum = toRgb[4 * row + 3]!;
        for (let k = 0; k < 3; k++) sum += toRgb[4 * row + k]! * colour[(3 * n + k) * pixels + at]!;
        put(row, Math.min(Math.max(sum, 0), 1));
      }
      put(3, { 0: 0, 128: 0.5, 255: 1 }[trimap[n * pixels + at]!]!);
      if (values) put(4, values[n * pixels + at]!);
    }
  }
  return dst;
}

/** One picture of a batch, as views. */
export function pictureOf(input: StageInput, n: number): StageInput {
  const pixels = input.height * input.width;
  return {
    ...input,
    count: 1,
    colour: input.colour.subarray(3 * n * pixels, 3 * (n + 1) * pixels),
    trimap: input.trimap.subarray(n * pixels, (n + 1) * pixels),
    ...(input.guide && { guide: input.guide.subarray(n * pixels, (n + 1) * pixels) }),
  };
}
