import { describe, expect, it } from 'vitest';
import { connectivityError } from '../../src/evaluation/connectivity.js';
import { randomNumbers } from '../support/matting-frames.js';

/** Σ|Δφ|, not in thousands, over a picture given as rows of digits: tenths of alpha, `x` for 1. */
function error(predicted: string, truth: string, unknown?: Uint8Array): number {
  const rows = truth.split('/');
  const width = rows[0]!.length;
  const plane = (text: string): Float32Array =>
    Float32Array.from(text.replaceAll('/', ''), (digit) => (digit === 'x' ? 1 : Number(digit) / 10));
  const everywhere = new Uint8Array(width * rows.length).fill(1);
  return 1000 * connectivityError(plane(predicted), plane(truth), unknown ?? everywhere, width, rows.length);
}

/** The definition with a flood fill by repeated sweeps and no shared code. */
function slowError(predicted: number[], truth: number[], width: number): number {
  const level = predicted.map(() => -1);
  for (let step = 1; step <= 10; step++) {
    const open = predicted.map((value, i) => Math.min(value, truth[i]!) >= Math.fround(step / 10));
    const label = open.map((isOpen, i) => (isOpen ? i : -1));
    for (let changed = true; changed;) {
      changed = false;
      for (let i = 0; i < label.length; i++) {
        if (label[i] === -1) continue;
        const sides = [
          i - width,
          i + width,
          ...(i % width > 0 ? [i - 1] : []),
          ...((i + 1) % width > 0 ? [i + 1] : []),
        ];
        for (const j of sides) {
          if (label[j] !== undefined && label[j] > label[i]!) {
            label[j] = label[i]!;
            changed = true;
          }
        }
      }
    }
    const sizes = new Map<number, number>();
    for (const name of label) if (name >= 0) sizes.set(name, (sizes.get(name) ?? 0) + 1);
    const largest = Math.max(0, ...sizes.values());
    const winner = [...sizes.keys()].sort((a, b) => a - b).find((name) => sizes.get(name) === largest);
    for (let i = 0; i < level.length; i++) {
      if (level[i] === -1 && (winner === undefined || label[i] !== winner)) level[i] = (step - 1) / 10;
    }
  }
  const phi = (alpha: number, l: number): number => 1 - (alpha - l >= 0.15 ? alpha - l : 0);
  return predicted.reduce((sum, value, i) => {
    const l = level[i] === -1 ? 1 : level[i]!;
    return sum + Math.abs(phi(value, l) - phi(truth[i]!, l));
  }, 0);
}

describe('connectivityError', () => {
  it('charges an island for its whole alpha, and forgives what hangs together', () => {
    expect(error('xxx/xxx/000/00x', 'xxx/xxx/000/000')).toBeCloseTo(1, 6);
    expect(error('xxx/xxx/xxx/000', 'xxx/xxx/xxx/000')).toBe(0);
  });

  it('does not take touching corners for a connection', () => {
    // In both mattes the lower square hangs on by its corner alone: it is an island in both, and equal.
    expect(error('xx00/xx00/00xx/00xx', 'xx00/xx00/00xx/00xx')).toBe(0);
    // Equal sizes: the first in reading order is the source. The other square's level is 0, so its loss is charged whole.
    expect(error('xx00/xx00/0088/0088', 'xx00/xx00/00xx/00xx')).toBeCloseTo(4 * 0.2, 6);
    // With an edge between them the squares are one, connected up to 0.8, and 0.2 above it counts.
    expect(error('xx00/xxx0/00x8/0088', 'xx00/xxx0/00xx/00xx')).toBeCloseTo(3 * 0.2, 6);
  });

  it('takes a chain of touching corners for as many islands', () => {
    // The first pixel is the source; each of the others counts for its whole alpha in one matte and not the other.
    expect(error('x000/0x00/00x0/000x', 'x000/0600/0060/0006')).toBeCloseTo(3 * 0.4, 6);
    expect(error('x000/0x00/00x0/000x', 'x000/0000/0000/0000')).toBeCloseTo(3, 6);
  });

  it('keeps only the largest component', () => {
    expect(error('x0xx', 'x066')).toBeCloseTo(2 * 0.4, 6);
    // The lone first pixel leaves the source at once: level 0, so 0.9 against 0.5 is charged from 0.
    expect(error('90xx', '50xx')).toBeCloseTo(0.4, 6);
  });

  it('forgives differences below 0.15', () => {
    const everywhere = new Uint8Array(4).fill(1);
    const truth = Float32Array.of(1, 1, 1, 0.7);
    const close = Float32Array.of(1, 1, 1, 0.84);
    const far = Float32Array.of(1, 1, 1, 0.86);
    expect(connectivityError(close, truth, everywhere, 4, 1)).toBe(0);
    expect(1000 * connectivityError(far, truth, everywhere, 4, 1)).toBeCloseTo(0.16, 6);
  });

  it('finds nothing connected where the mattes do not meet', () => {
    expect(error('xx00', '00xx')).toBeCloseTo(4, 6);
    expect(error('0000', 'xx99')).toBeCloseTo(2 + 1.8, 6);
  });

  it('compares constant mattes by their distance', () => {
    expect(error('xxxx', 'xxxx')).toBe(0);
    expect(error('xxxx', '7777')).toBeCloseTo(4 * 0.3, 6);
    expect(error('8888', '7777')).toBe(0);
  });

  it('reaches each tenth as it is stored in single precision', () => {
    for (let tenth = 2; tenth <= 9; tenth++) {
      // Connected up to exactly its own value: nothing is left over in the truth.
      expect(error('xx', `${tenth}${tenth}`)).toBeCloseTo(tenth === 9 ? 0 : 2 * (1 - tenth / 10), 6);
    }
  });

  it('counts the unknown pixels only', () => {
    expect(error('x00x', 'x000', Uint8Array.of(1, 1, 1, 0))).toBe(0);
  });

  // Sparse mattes fall into many islands, dense ones hang together.
  it.each([
    { width: 11, height: 8, sparseness: 0.3, seed: 1 },
    { width: 11, height: 8, sparseness: 0.3, seed: 2 },
    { width: 37, height: 29, sparseness: 0.3, seed: 3 },
    { width: 37, height: 29, sparseness: 1, seed: 4 },
    { width: 48, height: 17, sparseness: 0.1, seed: 5 },
    { width: 1, height: 31, sparseness: 0.3, seed: 6 },
    { width: 31, height: 1, sparseness: 0.3, seed: 7 },
  ])('matches the definition on a random matte of $width×$height', ({ width, height, sparseness, seed }) => {
    const random = (salt: number): Float32Array => {
      const numbers = randomNumbers(100 * seed + salt);
      const codes = (): number => Math.round(numbers() ** sparseness * 255) / 255;
      return Float32Array.from({ length: width * height }, codes);
    };
    const [predicted, truth] = [random(0), random(1)];
    const fast = connectivityError(predicted, truth, new Uint8Array(width * height).fill(1), width, height);
    const slow = slowError([...predicted], [...truth], width);
    expect(slow).toBeGreaterThan(1);
    expect(1000 * fast).toBeCloseTo(slow, 6);
  });
});
