import type { FrameFormat, FramePlanes } from '../../src/core/frame.js';
import { rgbMatrix } from '../../src/matting/rgb-matrix.js';
import { levinMatrix } from './obvious-closed-form.js';
import { solveDense } from './solve-dense.js';

type Vector = readonly number[];

interface Pixel {
  readonly at: number;
  readonly rgb: Vector;
  readonly place: Vector;
  readonly trimap: number;
}

/** A dense quadratic form of all pixels' alpha: ½αᵀMα − rightᵀα. */
interface System {
  readonly matrix: number[][];
  readonly right: number[];
}

const sum = (values: Vector): number => values.reduce((a, b) => a + b, 0);
const dot = (a: Vector, b: Vector): number => sum(a.map((value, k) => value * b[k]!));
const minus = (a: Vector, b: Vector): Vector => a.map((value, k) => value - b[k]!);

/**
 * Information-flow matting by its definition, for pictures of a few hundred pixels: distances sorted, mixtures of colours
 * as n equations each, one dense matrix over all pixels in which the known ones are then put in, elimination.
 */
export function obviousFlow(
  planes: Pick<FramePlanes, 'colour' | 'trimap'>,
  format: FrameFormat,
  weights: { mixture: number; known: number; intra: number; local: number },
): Float32Array {
  const pixels = readPixels(planes, format);
  const system = {
    matrix: levinMatrix(planes, format).map((row) => row.map((value) => weights.local * value)),
    right: pixels.map(() => 0),
  };
  for (const pixel of pixels.filter(isUnknown)) {
    addMixture(system, pixel, pixels, weights.mixture);
    addKnown(system, pixel, pixels, weights.known);
    addIntra(system, pixel, pixels, weights.intra);
  }
  return eliminateKnown(system, pixels);
}

const isUnknown = ({ trimap }: Pixel): boolean => trimap !== 0 && trimap !== 255;

function readPixels(
  { colour, trimap }: Pick<FramePlanes, 'colour' | 'trimap'>,
  format: FrameFormat,
): Pixel[] {
  const m = rgbMatrix(format);
  return Array.from(trimap, (value, at) => ({
    at,
    rgb: [0, 4, 8].map((k) =>
      Math.min(Math.max(dot([...m.subarray(k, k + 4)], [...colour.map((plane) => plane[at]!), 1]), 0), 1),
    ),
    place: [(at % format.width) / format.width, Math.floor(at / format.width) / format.height],
    trimap: value,
  }));
}

const feature = ({ rgb, place }: Pixel, spatial: number): Vector => [
  ...rgb,
  ...place.map((v) => spatial * v),
];

function nearest(pixel: Pixel, among: readonly Pixel[], count: number, spatial: number): Pixel[] {
  return among
    .filter((other) => other !== pixel)
    .map((other) => {
      const step = minus(feature(other, spatial), feature(pixel, spatial));
      return { other, square: dot(step, step) };
    })
    .sort((a, b) => a.square - b.square)
    .slice(0, count)
    .map(({ other }) => other);
}

/** (C + 1e-3) w ∝ 1 with C the correlations of the differences, w of sum 1. */
export function obviousMixture(own: Vector, others: readonly Vector[]): Vector {
  const steps = others.map((other) => minus(other, own));
  const gram = steps.map((a, i) => steps.map((b, j) => dot(a, b) + (i === j ? 1e-3 : 0)));
  const weights = solveDense(
    gram,
    steps.map(() => 1),
  );
  return weights.map((weight) => weight / sum(weights));
}

function addMixture({ matrix }: System, pixel: Pixel, pixels: readonly Pixel[], share: number): void {
  const others = nearest(pixel, pixels, 20, 1);
  const mixture = obviousMixture(
    pixel.rgb,
    others.map(({ rgb }) => rgb),
  );
  // The row of I − W; its square is what it adds.
  const row = [[pixel.at, 1] as const, ...others.map(({ at }, k) => [at, -mixture[k]!] as const)];
  for (const [i, a] of row) for (const [j, b] of row) matrix[i]![j]! += share * a * b;
}

function addKnown({ matrix, right }: System, pixel: Pixel, pixels: readonly Pixel[], share: number): void {
  const [front, back] = [255, 0].map((side) =>
    nearest(
      pixel,
      pixels.filter(({ trimap }) => trimap === side),
      7,
      10,
    ),
  ) as [Pixel[], Pixel[]];
  if (front.length === 0 || back.length === 0) return;
  const others = [...front, ...back].map(({ rgb }) => rgb);
  const mixture = obviousMixture(pixel.rgb, others);
  const mean = (from: number, to: number): Vector =>
    [0, 1, 2].map((k) => {
      const part = others.slice(from, to).map((rgb, n) => rgb[k]! * mixture[from + n]!);
      return Math.min(Math.max(sum(part) / sum(mixture.slice(from, to)), 0), 1);
    });
  const apart = minus(mean(0, front.length), mean(front.length, others.length));
  const confidence = dot(apart, apart) / 3;
  matrix[pixel.at]![pixel.at]! += share * confidence;
  right[pixel.at]! += share * confidence * sum(mixture.slice(0, front.length));
}

function addIntra({ matrix }: System, pixel: Pixel, pixels: readonly Pixel[], share: number): void {
  for (const other of nearest(pixel, pixels.filter(isUnknown), 5, 1 / 20)) {
    const apart = minus(feature(pixel, 1 / 20), feature(other, 1 / 20));
    const flow = share * Math.max(1 - sum(apart.map(Math.abs)), 0);
    const [i, j] = [pixel.at, other.at];
    matrix[i]![i]! += flow;
    matrix[j]![j]! += flow;
    matrix[i]![j]! -= flow;
    matrix[j]![i]! -= flow;
  }
}

function eliminateKnown({ matrix, right }: System, pixels: readonly Pixel[]): Float32Array {
  const unknown = pixels.filter(isUnknown);
  const front = pixels.filter(({ trimap }) => trimap === 255);
  const solution = solveDense(
    unknown.map(({ at }) => unknown.map((other) => matrix[at]![other.at]!)),
    unknown.map(({ at }) => right[at]! - sum(front.map((other) => matrix[at]![other.at]!))),
  );
  const alpha = Float32Array.from(pixels, ({ trimap }) => (trimap === 255 ? 1 : 0));
  unknown.forEach(({ at }, n) => (alpha[at] = Math.min(Math.max(solution[n]!, 0), 1)));
  return alpha;
}
