import { describe, expect, it } from 'vitest';
import { gradientError } from '../../src/evaluation/gradient.js';

/** The definition, pixel by pixel: the full two-dimensional kernel, normalised as a whole. */
function slowMagnitude(alpha: readonly number[], width: number, height: number): number[] {
  const [sigma, half] = [1.4, 4];
  const gauss = (x: number): number =>
    Math.exp(-(x ** 2) / (2 * sigma ** 2)) / (sigma * Math.sqrt(2 * Math.PI));
  const slope = (x: number): number => (-x * gauss(x)) / sigma ** 2;
  let energy = 0;
  for (let v = -half; v <= half; v++) {
    for (let u = -half; u <= half; u++) energy += (gauss(v) * slope(u)) ** 2;
  }
  const low = Math.min(...alpha);
  const span = Math.max(...alpha) - low;
  const at = (x: number, y: number): number => {
    const column = Math.min(width - 1, Math.max(0, x));
    const row = Math.min(height - 1, Math.max(0, y));
    return span > 0 ? (alpha[row * width + column]! - low) / span : 0;
  };
  return alpha.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    let [gx, gy] = [0, 0];
    for (let v = -half; v <= half; v++) {
      for (let u = -half; u <= half; u++) {
        gx += gauss(v) * slope(u) * at(x + u, y + v);
        gy += slope(v) * gauss(u) * at(x + u, y + v);
      }
    }
    return Math.sqrt(gx ** 2 + gy ** 2) / Math.sqrt(energy);
  });
}

const noise = (count: number, seed: number): Float32Array =>
  Float32Array.from(
    { length: count },
    (_, i) => Math.abs(Math.sin((i + 1) * 12.9898 + seed) * 43758.5453) % 1,
  );

describe('gradientError', () => {
  it.each([
    [13, 9],
    [41, 27],
    [3, 11],
    [1, 7],
    [5, 1],
  ])('matches the definition at %i×%i, borders included', (width, height) => {
    const [predicted, truth] = [noise(width * height, 1), noise(width * height, 2)];
    const unknown = Uint8Array.from(truth, (_, i) => (i % 3 === 0 ? 0 : 1));
    const seen = slowMagnitude([...predicted], width, height);
    const wanted = slowMagnitude([...truth], width, height);
    let expected = 0;
    for (let i = 0; i < unknown.length; i++) if (unknown[i]) expected += (seen[i]! - wanted[i]!) ** 2 / 1000;
    expect(expected).toBeGreaterThan(0);
    expect(gradientError(predicted, truth, unknown, width, height)).toBeCloseTo(expected, 9);
  });

  it('does not see a change of contrast or level', () => {
    const truth = noise(80, 3);
    const faint = truth.map((value) => 0.25 + 0.5 * value);
    expect(gradientError(faint, truth, new Uint8Array(80).fill(1), 10, 8)).toBeCloseTo(0, 9);
  });

  it('takes a constant matte for flat, whatever its level', () => {
    const truth = noise(80, 4);
    const everywhere = new Uint8Array(80).fill(1);
    const constant = (value: number): number =>
      gradientError(new Float32Array(80).fill(value), truth, everywhere, 10, 8);
    const energy = slowMagnitude([...truth], 10, 8).reduce((sum, value) => sum + value ** 2, 0) / 1000;
    expect(constant(0)).toBeCloseTo(energy, 9);
    expect(constant(0.7)).toBe(constant(0));
    expect(gradientError(new Float32Array(80).fill(1), new Float32Array(80), everywhere, 10, 8)).toBe(0);
  });
});
