import type { Random } from '../random.js';

/** A square grid of values that is read between its points. */
export interface Field {
  readonly side: number;
  readonly values: Float32Array;
}

/**
 * Fractal noise: octaves of smoothly interpolated random lattices, each twice as fine (Perlin, "An Image Synthesizer",
 * SIGGRAPH 1985, with values in place of gradients), 0..1, mean about 1/2.
 *
 * @param options.cells - lattice cells of the coarsest octave along either axis
 * @param options.gain - amplitude of an octave over that of the one before
 */
export function fractalNoise(
  random: Random,
  side: number,
  {
    cells = 3,
    octaves = 5,
    gain = 0.5,
    aspect = 1,
  }: { cells?: number; octaves?: number; gain?: number; aspect?: number } = {},
): Field {
  const values = new Float32Array(side * side);
  let amplitude = 1;
  let total = 0;
  for (let octave = 0; octave < octaves; octave++) {
    const across = Math.max(1, cells * 2 ** octave);
    if (across > side) break;
    const down = Math.max(1, Math.round(across * aspect));
    addLattice(values, random, side, across, down, amplitude);
    total += amplitude;
    amplitude *= gain;
  }
  for (let i = 0; i < values.length; i++) values[i]! /= total;
  return { side, values };
}

function addLattice(
  values: Float32Array,
  random: Random,
  side: number,
  across: number,
  down: number,
  amplitude: number,
): void {
  const stride = Math.ceil(across) + 2;
  const lattice = Float32Array.from({ length: stride * (Math.ceil(down) + 2) }, () => random.uniform());
  const [offsetX, offsetY] = [random.uniform(), random.uniform()];
  const columns = Int32Array.from({ length: side }, (_, x) => Math.floor(offsetX + (x * across) / side));
  const weights = Float32Array.from({ length: side }, (_, x) => smooth((offsetX + (x * across) / side) % 1));
  for (let y = 0; y < side; y++) {
    const v = offsetY + (y * down) / side;
    const row = Math.floor(v) * stride;
    const fy = smooth(v % 1);
    for (let x = 0; x < side; x++) {
      const at = row + columns[x]!;
      const fx = weights[x]!;
      const above = lattice[at]! + fx * (lattice[at + 1]! - lattice[at]!);
      const below = lattice[at + stride]! + fx * (lattice[at + stride + 1]! - lattice[at + stride]!);
      values[y * side + x]! += amplitude * (above + fy * (below - above));
    }
  }
}

/** 3t² − 2t³. */
export function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothStep(low: number, high: number, value: number): number {
  return smooth(Math.min(1, Math.max(0, (value - low) / (high - low))));
}

/** The value at (x, y) of a field stretched over a picture of `extent` pixels, bilinear; the border goes on outside. */
export function sampleField({ side, values }: Field, x: number, y: number, extent: number): number {
  const u = Math.min(side - 1.001, Math.max(0, (x / extent) * side - 0.5));
  const v = Math.min(side - 1.001, Math.max(0, (y / extent) * side - 0.5));
  const [x0, y0] = [Math.floor(u), Math.floor(v)];
  const [fx, fy] = [u - x0, v - y0];
  const at = y0 * side + x0;
  const above = values[at]! + fx * (values[at + 1]! - values[at]!);
  const below = values[at + side]! + fx * (values[at + side + 1]! - values[at + side]!);
  return above + fy * (below - above);
}
