import { describe, expect, it } from 'vitest';
import { MatteflowError } from '../../src/core/errors.js';
import { planTiles, spanWeight, tileShape, type Tile, type TileOptions } from '../../src/matting/tiles.js';
import { randomNumbers } from '../support/matting-frames.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

const random = randomNumbers(21);
const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));

/** Frames and cuts of all kinds, every one of which leaves a tile room. */
const CASES = Array.from({ length: 150 }, (): { frame: Size; options: TileOptions } => {
  const multiple = [8, 16, 32][between(0, 2)]!;
  const margin = between(0, 40);
  const feather = between(0, 24);
  const room = multiple * Math.max(2 * Math.ceil(feather / multiple) - 1, 1);
  const tile = Math.ceil((2 * margin + feather + room) / multiple) * multiple + between(0, 90);
  return {
    frame: { width: between(1, 420), height: between(1, 300) },
    options: { tile, margin, feather, multiple },
  };
});

const unknownEverywhere = ({ width, height }: Size): Uint8Array => new Uint8Array(width * height).fill(128);
const weightAt = (tile: Tile, x: number, y: number): number =>
  spanWeight(tile.columns, x) * spanWeight(tile.rows, y);
const name = ({ frame, options }: (typeof CASES)[number]): string => JSON.stringify({ ...frame, ...options });

describe('tile plan', () => {
  it('weighs every pixel with 1 in all, whatever the size', () => {
    for (const given of CASES) {
      const tiles = planTiles(unknownEverywhere(given.frame), given.frame, given.options);
      // The weights are products of the axes', so each axis must sum to 1 over the tiles of a row or column.
      const row = tiles.filter((tile) => tile.y === 0);
      const column = tiles.filter((tile) => tile.x === 0);
      const sums = [
        ...Array.from({ length: given.frame.width }, (_, x) =>
          row.reduce((sum, tile) => sum + spanWeight(tile.columns, x), 0),
        ),
        ...Array.from({ length: given.frame.height }, (_, y) =>
          column.reduce((sum, tile) => sum + spanWeight(tile.rows, y), 0),
        ),
      ];
      expect(Math.max(...sums.map((sum) => Math.abs(sum - 1))), name(given)).toBeLessThan(1e-12);
    }
  });

  it('sums to 1 over both axes together', () => {
    const frame = { width: 300, height: 200 };
    const tiles = planTiles(unknownEverywhere(frame), frame, {
      tile: 128,
      margin: 16,
      feather: 12,
      multiple: 32,
    });
    for (let at = 0; at < frame.width * frame.height; at += 1) {
      const [x, y] = [at % frame.width, Math.floor(at / frame.width)];
      const sum = tiles.reduce((all, tile) => all + weightAt(tile, x, y), 0);
      if (Math.abs(sum - 1) > 1e-12) expect.fail(`weights sum to ${sum} at ${x}, ${y}`);
    }
  });

  it('keeps the margin round what a tile contributes, except at the frame’s own border', () => {
    for (const { frame, options } of CASES) {
      for (const tile of planTiles(unknownEverywhere(frame), frame, options)) {
        for (const [start, end, position, size, length] of [
          [tile.columns.start, tile.columns.end, tile.x, tile.width, frame.width],
          [tile.rows.start, tile.rows.end, tile.y, tile.height, frame.height],
        ] as const) {
          expect(start).toBeGreaterThanOrEqual(position === 0 ? 0 : position + options.margin);
          expect(end).toBeLessThanOrEqual(end >= length ? position + size : position + size - options.margin);
        }
      }
    }
  });

  it('gives every tile the clip’s one shape, at multiples, with some frame inside', () => {
    for (const { frame, options } of CASES) {
      const shape = tileShape(frame, options);
      for (const tile of planTiles(unknownEverywhere(frame), frame, options)) {
        expect({ width: tile.width, height: tile.height }).toEqual(shape);
        for (const value of [tile.x, tile.y, tile.width, tile.height])
          expect(value % options.multiple).toBe(0);
        expect(tile.x).toBeLessThan(frame.width);
        expect(tile.y).toBeLessThan(frame.height);
        expect(tile.width).toBeLessThanOrEqual(Math.max(options.tile, options.multiple));
      }
    }
  });

  it('returns exactly the tiles in which an unknown pixel has weight', () => {
    for (const { frame, options } of CASES) {
      const trimap = new Uint8Array(frame.width * frame.height);
      const scattered = between(0, 3);
      for (let n = 0; n < scattered; n += 1) trimap[between(0, trimap.length - 1)] = 128;
      const unknown = [...trimap.keys()].filter((at) => trimap[at] === 128);
      const expected = planTiles(unknownEverywhere(frame), frame, options).filter((tile) =>
        unknown.some((at) => weightAt(tile, at % frame.width, Math.floor(at / frame.width)) > 0),
      );
      expect(planTiles(trimap, frame, options)).toEqual(expected);
    }
  });

  it('takes a frame that fits as one tile of weight 1', () => {
    const frame = { width: 90, height: 61 };
    const [tile, ...others] = planTiles(unknownEverywhere(frame), frame, {
      tile: Infinity,
      margin: 64,
      feather: 32,
      multiple: 32,
    });
    expect(others).toEqual([]);
    expect(tile).toMatchObject({ x: 0, y: 0, width: 96, height: 64 });
    for (let x = 0; x < 90; x += 1) expect(weightAt(tile!, x, x % 61)).toBe(1);
  });

  it('survives a message to a worker', () => {
    const frame = { width: 300, height: 200 };
    const tiles = planTiles(unknownEverywhere(frame), frame, {
      tile: 128,
      margin: 16,
      feather: 12,
      multiple: 32,
    });
    expect(structuredClone(tiles)).toEqual(tiles);
  });

  it('refuses a tile that is all margin, saying how large it must be', () => {
    const frame = { width: 300, height: 200 };
    const plan = (tile: number): Tile[] =>
      planTiles(unknownEverywhere(frame), frame, { tile, margin: 32, feather: 16, multiple: 32 });
    expect(() => plan(96)).toThrow(expect.objectContaining({ code: 'USAGE' }) as MatteflowError);
    expect(() => plan(128)).not.toThrow();
    try {
      plan(96);
    } catch (error) {
      expect(error).toBeInstanceOf(MatteflowError);
      expect((error as MatteflowError).parts.expected).toBe('at least 128');
    }
  });
});
