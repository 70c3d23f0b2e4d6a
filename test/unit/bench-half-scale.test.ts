import { describe, expect, it } from 'vitest';
import { bringUp, halved } from '../../bench/half-scale.js';
import { randomNumbers } from '../support/matting-frames.js';

const SIZE = { width: 12, height: 8 };
const PIXELS = SIZE.width * SIZE.height;
const HALF = { width: 6, height: 4 };
const random = randomNumbers(5);

describe('halved', () => {
  it('averages four pixels and keeps what all four know', () => {
    const rgb = Uint8Array.from({ length: 3 * PIXELS }, () => Math.floor(256 * random()));
    const trimap = Uint8Array.from({ length: PIXELS }, (_, at) => (at % SIZE.width < 5 ? 255 : 0));
    const half = halved({ ...SIZE, rgb, trimap });
    expect(half).toMatchObject(HALF);
    const [x, y, c] = [3, 2, 1];
    const sample = (dx: number, dy: number): number => rgb[3 * ((2 * y + dy) * SIZE.width + 2 * x + dx) + c]!;
    const mean = (sample(0, 0) + sample(1, 0) + sample(0, 1) + sample(1, 1)) / 4;
    expect(half.rgb[3 * (y * HALF.width + x) + c]).toBe(Math.floor(mean + 0.5));
    expect([...half.trimap.subarray(0, HALF.width)]).toEqual([255, 255, 128, 0, 0, 0]);
  });
});

describe('bringUp', () => {
  const trimap = new Uint8Array(PIXELS).fill(128);

  it('interpolates between the centres of the half’s pixels', () => {
    const half = Float32Array.from({ length: HALF.width * HALF.height }, random);
    const stage1 = new Float32Array(PIXELS);
    bringUp({ stage1, trimap }, half, SIZE, 'alpha');
    // Slowly: where the pixel's centre lies on the half's grid, borders repeated.
    for (let y = 0; y < SIZE.height; y++) {
      for (let x = 0; x < SIZE.width; x++) {
        const [u, v] = [(x + 0.5) / 2 - 0.5, (y + 0.5) / 2 - 0.5];
        let expected = 0;
        for (let row = -1; row <= HALF.height; row++) {
          for (let column = -1; column <= HALF.width; column++) {
            const weight = Math.max(0, 1 - Math.abs(u - column)) * Math.max(0, 1 - Math.abs(v - row));
            const inside = (index: number, length: number): number =>
              Math.min(Math.max(index, 0), length - 1);
            expected += weight * half[inside(row, HALF.height) * HALF.width + inside(column, HALF.width)]!;
          }
        }
        expect(stage1[y * SIZE.width + x]).toBeCloseTo(expected, 6);
      }
    }
  });

  it('puts known alpha in, but leaves logits as they are', () => {
    const known = Uint8Array.from(trimap, (_, at) => [0, 128, 255][at % 3]!);
    const half = new Float32Array(HALF.width * HALF.height).fill(0.25);
    const stage1 = new Float32Array(PIXELS);
    bringUp({ stage1, trimap: known }, half, SIZE, 'alpha');
    expect([...stage1.subarray(0, 3)]).toEqual([0, 0.25, 1]);
    bringUp({ stage1, trimap: known }, half, SIZE, 'logit');
    expect([...stage1.subarray(0, 3)]).toEqual([0.25, 0.25, 0.25]);
  });
});
