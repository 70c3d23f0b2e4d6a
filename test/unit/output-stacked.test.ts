import { describe, expect, it } from 'vitest';
import { packStacked, stackedSize } from '../../src/output/pack-stacked.js';
import { seededRandom } from '../../fixtures/random.js';

/** What `packStacked` writes, worked out plane by plane and pixel by pixel. */
function slowly(
  [luma, cb, cr]: readonly [Uint8Array, Uint8Array, Uint8Array],
  alpha: Float32Array,
  { width, height }: { width: number; height: number },
): number[] {
  const [w, h] = [width + (width % 2), height + (height % 2)];
  const at = (x: number, y: number): number => Math.min(y, height - 1) * width + Math.min(x, width - 1);
  const grid = (columns: number, rows: number, value: (x: number, y: number) => number): number[] =>
    Array.from({ length: columns * rows }, (_, i) => value(i % columns, Math.floor(i / columns)));
  const blend = (plane: Uint8Array, zero: number) => (x: number, y: number) =>
    zero + alpha[at(x, y)]! * (plane[at(x, y)]! - zero);
  const halved = (plane: Uint8Array): number[] => {
    const value = blend(plane, 128);
    return grid(w / 2, h / 2, (x, y) => {
      const four = [value(2 * x, 2 * y), value(2 * x + 1, 2 * y), value(2 * x, 2 * y + 1)];
      return (four.reduce((a, b) => a + b) + value(2 * x + 1, 2 * y + 1)) / 4;
    });
  };
  const rest = Array<number>((w * h) / 4).fill(128);
  return [
    ...grid(w, h, blend(luma, 16)),
    ...grid(w, h, (x, y) => 16 + 219 * alpha[at(x, y)]!),
    ...[...halved(cb), ...rest],
    ...[...halved(cr), ...rest],
  ];
}

describe('packStacked', () => {
  it.each([
    [8, 6],
    [7, 5],
    [1, 1],
  ])('puts alpha below colour multiplied by it, %d × %d', (width, height) => {
    const random = seededRandom(width);
    const plane = (): Uint8Array =>
      Uint8Array.from({ length: width * height }, () => Math.floor(random.between(0, 256)));
    const colour = [plane(), plane(), plane()] as const;
    const alpha = Float32Array.from({ length: width * height }, () => random.pick([0, 1, 0.3, 0.77]));
    const stacked = stackedSize({ width, height });
    const dst = new Uint8Array((stacked.width * stacked.height * 3) / 2).fill(77);
    packStacked(dst, { colour, alpha }, { width, height });
    const expected = slowly(colour, alpha, { width, height });
    expect(dst.length).toBe(expected.length);
    for (const [i, value] of expected.entries())
      expect(Math.abs(dst[i]! - value)).toBeLessThanOrEqual(0.5001);
  });
});
