import { describe, expect, it } from 'vitest';
import { MatteflowError } from '../../src/core/errors.js';
import { planTiles, spanWeight, type Size, type Tile, type TileOptions } from '../../src/matting/tiles.js';
import { randomNumbers } from '../support/matting-frames.js';

const random = randomNumbers(21);
const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));

interface Case {
  readonly frame: Size;
  readonly options: TileOptions & { readonly tile: number };
  readonly trimap: Uint8Array;
}

/** Frames, cuts and unknown regions of all kinds: a few boxes, scattered pixels, everything. */
const CASES = Array.from({ length: 150 }, (_, n): Case => {
  const multiple = [8, 16, 32][between(0, 2)]!;
  const margin = between(0, 40);
  const frame = { width: between(1, 420), height: between(1, 300) };
  const trimap = new Uint8Array(frame.width * frame.height).fill(n % 10 === 0 ? 128 : 0);
  for (let box = between(0, 3); box > 0; box -= 1) {
    const [left, top] = [between(0, frame.width - 1), between(0, frame.height - 1)];
    const [right, bottom] = [between(left, frame.width - 1), between(top, frame.height - 1)];
    for (let y = top; y <= bottom; y += 1)
      trimap.fill(128, y * frame.width + left, y * frame.width + right + 1);
  }
  for (let dot = between(0, 3); dot > 0; dot -= 1) trimap[between(0, trimap.length - 1)] = 128;
  const tile = Math.ceil((2 * margin) / multiple + 3) * multiple + between(0, 90);
  return { frame, trimap, options: { tile, margin, feather: between(0, 24), multiple } };
});

const weightAt = (tile: Tile, x: number, y: number): number =>
  spanWeight(tile.columns, x) * spanWeight(tile.rows, y);
const name = ({ frame, options }: Case): string => JSON.stringify({ ...frame, ...options });
const area = (tiles: readonly Tile[]): number =>
  tiles.reduce((sum, { width, height }) => sum + width * height, 0);

/** A frame of 1920×1080 in which the pixels that `inside` accepts are unknown. */
function fullHd(inside: (x: number, y: number) => boolean): { frame: Size; trimap: Uint8Array } {
  const frame = { width: 1920, height: 1080 };
  const trimap = Uint8Array.from({ length: 1920 * 1080 }, (_, at) =>
    inside(at % 1920, Math.floor(at / 1920)) ? 128 : 0,
  );
  return { frame, trimap };
}

describe('tile plan', () => {
  it('gives every unknown pixel weight, with the margin between it and what is not the frame', () => {
    for (const given of CASES) {
      const { frame, trimap, options } = given;
      const tiles = planTiles(trimap, frame, options);
      const margin = options.margin - Math.min(options.multiple / 4, options.margin / 2);
      for (let at = 0; at < trimap.length; at += 1) {
        if (trimap[at] !== 128) continue;
        const [x, y] = [at % frame.width, Math.floor(at / frame.width)];
        const home = tiles.filter(
          (tile) =>
            weightAt(tile, x, y) > 0 &&
            x >= (tile.x === 0 ? 0 : tile.x + margin) &&
            y >= (tile.y === 0 ? 0 : tile.y + margin) &&
            (x < tile.x + tile.width - margin || tile.x + tile.width >= frame.width) &&
            (y < tile.y + tile.height - margin || tile.y + tile.height >= frame.height),
        );
        if (home.length === 0) expect.fail(`${name(given)} leaves out ${x}, ${y}`);
      }
    }
  });

  it('keeps what a tile contributes inside its input and the frame', () => {
    for (const { frame, trimap, options } of CASES) {
      for (const { x, y, width, height, columns, rows } of planTiles(trimap, frame, options)) {
        expect(columns.start).toBeGreaterThanOrEqual(x);
        expect(rows.start).toBeGreaterThanOrEqual(y);
        expect(columns.end).toBeLessThanOrEqual(Math.min(x + width, frame.width));
        expect(rows.end).toBeLessThanOrEqual(Math.min(y + height, frame.height));
      }
    }
  });

  it('begins and ends tiles at multiples and never exceeds the largest side', () => {
    for (const { frame, trimap, options } of CASES) {
      for (const tile of planTiles(trimap, frame, options)) {
        for (const value of [tile.x, tile.y, tile.width, tile.height])
          expect(value % options.multiple).toBe(0);
        expect(Math.min(tile.x, tile.y)).toBeGreaterThanOrEqual(0);
        expect(tile.width).toBeGreaterThan(0);
        expect(tile.height).toBeGreaterThan(0);
        expect(Math.max(tile.width, tile.height)).toBeLessThanOrEqual(options.tile);
      }
    }
  });

  it('plans nothing where everything is known', () => {
    const frame = { width: 300, height: 200 };
    const options = { margin: 16, feather: 12, multiple: 32 };
    expect(planTiles(new Uint8Array(300 * 200), frame, { ...options, tile: 128 })).toEqual([]);
    expect(planTiles(new Uint8Array(300 * 200), frame, { ...options, tile: 'frame' })).toEqual([]);
  });

  it('takes the whole frame as one tile of weight 1 when told to', () => {
    const frame = { width: 90, height: 61 };
    const trimap = new Uint8Array(90 * 61).fill(128, 500, 501);
    const [tile, ...others] = planTiles(trimap, frame, {
      tile: 'frame',
      margin: 64,
      feather: 32,
      multiple: 32,
    });
    expect(others).toEqual([]);
    expect(tile).toMatchObject({ x: 0, y: 0, width: 96, height: 64 });
    for (let x = 0; x < 90; x += 1) expect(weightAt(tile!, x, x % 61)).toBe(1);
  });

  it.each([
    // What a tile round the bounding box costs is the most a plan may cost; margins of 96 on either side.
    ['a filled square', (x: number, y: number) => Math.max(Math.abs(x - 960), Math.abs(y - 540)) < 161, 6],
    [
      'a ring 450 pixels wide',
      (x: number, y: number) => Math.abs(Math.hypot(x - 960, y - 540) - 179) < 46,
      4,
    ],
    [
      'the outline of a person of 380 × 900 pixels',
      (x: number, y: number) => {
        const reach = Math.hypot((x - 960) / 190, (y - 540) / 450);
        return reach < 1 && reach > 0.78;
      },
      2.5,
    ],
  ])('costs a fraction of the frame for %s', (_, inside, times) => {
    const { frame, trimap } = fullHd(inside);
    const tiles = planTiles(trimap, frame, { tile: 1280, margin: 96, feather: 16, multiple: 32 });
    expect((1920 * 1088) / area(tiles)).toBeGreaterThan(times);
  });

  it('cuts a thin frame-wide outline rather than computing what it encloses', () => {
    const { frame, trimap } = fullHd((x, y) => Math.min(x, y, 1919 - x, 1079 - y) < 20);
    const tiles = planTiles(trimap, frame, { tile: 1920, margin: 64, feather: 16, multiple: 32 });
    expect(tiles.length).toBeGreaterThanOrEqual(4);
    expect(area(tiles)).toBeLessThan(0.45 * 1920 * 1088);
  });

  it('survives a message to a worker', () => {
    const { frame, trimap, options } = CASES.find((given) => given.trimap.includes(128))!;
    const tiles = planTiles(trimap, frame, options);
    expect(structuredClone(tiles)).toEqual(tiles);
  });

  it('refuses a tile that is all margin, saying how large it must be', () => {
    const frame = { width: 300, height: 200 };
    const trimap = new Uint8Array(300 * 200).fill(128);
    const plan = (tile: number): Tile[] =>
      planTiles(trimap, frame, { tile, margin: 32, feather: 16, multiple: 32 });
    expect(() => plan(128)).toThrow(expect.objectContaining({ code: 'USAGE' }) as MatteflowError);
    expect(() => plan(160)).not.toThrow();
    try {
      plan(128);
    } catch (error) {
      expect(error).toBeInstanceOf(MatteflowError);
      expect((error as MatteflowError).parts.expected).toBe('at least 160');
    }
  });
});

describe('spanWeight', () => {
  it('climbs, stays at 1, falls', () => {
    const span = { start: 10, rise: 4, fall: 2, end: 20 };
    const weights = Array.from({ length: 12 }, (_, n) => spanWeight(span, 9 + n));
    expect(weights).toEqual([0, 0.125, 0.375, 0.625, 0.875, 1, 1, 1, 1, 0.75, 0.25, 0]);
  });

  it('is the smaller of the two where a narrow span climbs and falls at once', () => {
    const span = { start: 0, rise: 8, fall: 8, end: 8 };
    expect(spanWeight(span, 1)).toBe(1.5 / 8);
    expect(spanWeight(span, 6)).toBe(1.5 / 8);
  });
});
