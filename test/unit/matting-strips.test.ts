import { describe, expect, it } from 'vitest';
import { layOut } from '../../src/matting/sheet.js';
import { planStrips } from '../../src/matting/strips.js';
import { unknownCells } from '../../src/matting/unknown-cells.js';
import { randomNumbers } from '../support/matting-frames.js';

const OPTIONS = { height: 24, longest: 96, margin: 4 };
const random = randomNumbers(5);
const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));

const CASES = Array.from({ length: 120 }, (_, n) => {
  const frame = { width: between(1, 300), height: between(1, 90) };
  const trimap = new Uint8Array(frame.width * frame.height).fill(n % 8 === 0 ? 128 : 255);
  for (let run = between(0, 6); run > 0; run -= 1) {
    const start = between(0, trimap.length - 1);
    trimap.fill(128, start, start + between(1, 40));
  }
  return { frame, trimap };
});

describe('planStrips', () => {
  it('gives every unknown pixel to one strip, with its whole margin as input', () => {
    for (const { frame, trimap } of CASES) {
      const owners = new Uint8Array(trimap.length);
      for (const { x, y, width, height, columns, rows } of planStrips(trimap, frame, OPTIONS)) {
        expect([columns.start - x, rows.start - y]).toEqual([4, 4]);
        expect(x + width - columns.end).toBe(4);
        expect(y + height - rows.end).toBeGreaterThanOrEqual(4);
        for (let row = rows.start; row < rows.end; row += 1)
          for (let column = columns.start; column < columns.end; column += 1)
            owners[row * frame.width + column]! += 1;
      }
      trimap.forEach((value, at) => {
        if (value === 128 && owners[at] !== 1) expect.fail(`pixel ${at} has ${owners[at]} strips`);
      });
      expect(Math.max(...owners)).toBeLessThanOrEqual(1);
    }
  });

  it('makes all strips of one height and none longer than told', () => {
    for (const { frame, trimap } of CASES) {
      for (const { width, height } of planStrips(trimap, frame, OPTIONS)) {
        expect(height).toBe(32);
        expect(width).toBeLessThanOrEqual(96);
      }
    }
  });

  it('begins and ends at unknown columns and joins what lies closer than two margins', () => {
    const frame = { width: 200, height: 24 };
    const trimap = new Uint8Array(200 * 24);
    for (const column of [10, 19, 60, 70]) trimap[5 * 200 + column] = 128;
    const spans = planStrips(trimap, frame, OPTIONS).map(({ columns }) => [columns.start, columns.end]);
    expect(spans).toEqual([
      [10, 20],
      [60, 61],
      [70, 71],
    ]);
  });

  it('plans nothing where everything is known', () => {
    expect(planStrips(new Uint8Array(100).fill(255), { width: 10, height: 10 }, OPTIONS)).toEqual([]);
  });
});

describe('layOut', () => {
  it('puts strips side by side without overlap, inside the sheet', () => {
    const trimap = new Uint8Array(300 * 90).fill(128);
    const strips = planStrips(trimap, { width: 300, height: 90 }, OPTIONS);
    const sheet = layOut(strips, 128);
    expect(sheet.placements.map(({ tile }) => tile)).toEqual(strips);
    const taken = new Uint8Array(sheet.count * sheet.width);
    for (const { tile, sample, left } of sheet.placements) {
      expect(left + tile.width).toBeLessThanOrEqual(sheet.width);
      for (let x = left; x < left + tile.width; x += 1) taken[sample * sheet.width + x]! += 1;
    }
    expect(Math.max(...taken)).toBe(1);
    expect(sheet.placements.at(-1)!.sample).toBe(sheet.count - 1);
  });

  it('gives a tile as wide as the sheet a sample of its own', () => {
    const span = { start: 0, rise: 0, fall: 0, end: 64 };
    const tile = { x: 0, y: 0, width: 64, height: 32, columns: span, rows: span };
    expect(layOut([tile, tile], 64)).toMatchObject({ count: 2, height: 32, width: 64 });
  });
});

describe('unknownCells', () => {
  it('finds the bounds that a look at every pixel finds', () => {
    for (const { frame, trimap } of CASES) {
      const size = between(1, 40);
      const cells = unknownCells(trimap, frame, size);
      const columns = Math.ceil(frame.width / size);
      const bounds = Array.from({ length: columns * Math.ceil(frame.height / size) }, () => ({
        left: 65535,
        top: 65535,
        right: 0,
        bottom: 0,
      }));
      trimap.forEach((value, at) => {
        if (value !== 128) return;
        const [x, y] = [at % frame.width, Math.floor(at / frame.width)];
        const cell = bounds[Math.floor(y / size) * columns + Math.floor(x / size)]!;
        cell.left = Math.min(cell.left, x);
        cell.top = Math.min(cell.top, y);
        cell.right = Math.max(cell.right, x + 1);
        cell.bottom = Math.max(cell.bottom, y + 1);
      });
      for (const side of ['left', 'top', 'right', 'bottom'] as const)
        expect([...cells[side]]).toEqual(bounds.map((cell) => cell[side]));
    }
  });
});
