import { describe, expect, it } from 'vitest';
import { drawBand } from '../../web/studio/band.js';
import { paintSegment, type Point } from '../../web/studio/brush.js';
import { fillArea } from '../../web/studio/fill.js';
import { NO_HISTORY, record, redo, undo, type History } from '../../web/studio/history.js';
import { applyEdit, editBetween, inverse, joinRows, rowsOf } from '../../web/studio/trimap-edit.js';
import { fit, moved, toPicture, zoomedAt } from '../../web/studio/view.js';
import { noise } from '../support/made-input.js';

const SIZE = { width: 37, height: 23 };
const PIXELS = SIZE.width * SIZE.height;
const values = (seed: number, of: readonly number[] = [0, 128, 255]): Uint8Array =>
  Uint8Array.from(noise(PIXELS, seed), (value) => of[Math.floor(value * of.length)]!);
/** A number from `low` to `high`, another for every `n`. */
const random = (n: number, low: number, high: number): number => low + (high - low) * noise(1, 991 * n)[0]!;

describe('paintSegment', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('paints what is near enough to the line, and no more (%d)', (seed) => {
    const ends = [0, 2].map((i) => ({
      x: random(8 * seed + i, -5, 42),
      y: random(8 * seed + i + 1, -5, 28),
    }));
    const [from, to] = ends as [Point, Point];
    const diameter = random(8 * seed + 5, 1, 16);
    const painted = new Uint8Array(PIXELS);
    const [top, bottom] = paintSegment(painted, SIZE, [from, to], diameter, 255);
    for (let y = 0; y < SIZE.height; y++) {
      for (let x = 0; x < SIZE.width; x++) {
        const underEnd = ends.some((end) => Math.floor(end.x) === x && Math.floor(end.y) === y);
        const beyond = distance({ x: x + 0.5, y: y + 0.5 }, from, to) - diameter / 2;
        // Sampling the line is exact to a hundredth of a pixel.
        if (Math.abs(beyond) < 0.01 && !underEnd) continue;
        expect(painted[y * SIZE.width + x] !== 0).toBe(underEnd || beyond < 0);
      }
    }
    const touched = [...painted.keys()]
      .filter((i) => painted[i] !== 0)
      .map((i) => Math.floor(i / SIZE.width));
    expect(touched.every((row) => row >= top && row < bottom)).toBe(true);
  });

  it('takes from another trimap where it erases', () => {
    const [under, dst] = [values(3), values(4)];
    const before = dst.slice();
    paintSegment(
      dst,
      SIZE,
      [
        { x: 10, y: 10 },
        { x: 20, y: 10 },
      ],
      9,
      under,
    );
    expect(dst[10 * SIZE.width + 15]).toBe(under[10 * SIZE.width + 15]);
    expect(dst[0]).toBe(before[0]);
  });
});

/** The least distance to many points of the line. */
function distance({ x, y }: Point, from: Point, to: Point): number {
  const steps = 400;
  let least = Infinity;
  for (let i = 0; i <= steps; i++) {
    const t = i / steps;
    least = Math.min(least, Math.hypot(x - from.x - t * (to.x - from.x), y - from.y - t * (to.y - from.y)));
  }
  return least;
}

describe('fillArea', () => {
  it.each([1, 2, 3, 4])('fills what can be reached, and no more (%d)', (seed) => {
    const trimap = values(seed, [0, 0, 0, 255]);
    const at = { x: 18, y: 11 };
    trimap[11 * SIZE.width + 18] = 0;
    const obvious = trimap.slice();
    reachFrom(obvious, 18, 11);
    const before = trimap.slice();
    const [top, bottom] = fillArea(trimap, SIZE, at, 128);
    expect(trimap).toEqual(obvious);
    const [first, end] = rowsOf(editBetween(before, trimap, SIZE, [0, SIZE.height]), SIZE);
    expect([top, bottom]).toEqual([first, end]);
  });

  it('changes nothing outside the picture, or where the value is there already', () => {
    const trimap = values(5);
    const before = trimap.slice();
    expect(fillArea(trimap, SIZE, { x: -1, y: 3 }, 0)).toEqual([0, 0]);
    expect(fillArea(trimap, SIZE, { x: 4, y: 3 }, trimap[3 * SIZE.width + 4]!)).toEqual([0, 0]);
    expect(trimap).toEqual(before);
  });
});

/** One neighbour after another, as the definition says it. */
function reachFrom(trimap: Uint8Array, x: number, y: number): void {
  if (x < 0 || y < 0 || x >= SIZE.width || y >= SIZE.height || trimap[y * SIZE.width + x] !== 0) return;
  trimap[y * SIZE.width + x] = 128;
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const)
    reachFrom(trimap, x + dx, y + dy);
}

describe('drawBand', () => {
  it('is as wide as it is asked to be, and half on either side', () => {
    const trimap = new Uint8Array(PIXELS);
    for (let y = 0; y < SIZE.height; y++) trimap.fill(255, y * SIZE.width + 20, (y + 1) * SIZE.width);
    drawBand(trimap, SIZE, 6);
    const row = [...trimap.subarray(11 * SIZE.width, 12 * SIZE.width)];
    expect(row).toEqual([
      ...new Array<number>(17).fill(0),
      ...new Array<number>(6).fill(128),
      ...new Array<number>(14).fill(255),
    ]);
  });

  it('leaves alone what is unknown, and meets foreground or background only there', () => {
    const trimap = new Uint8Array(PIXELS).fill(128);
    trimap.fill(255, 0, SIZE.width);
    trimap.fill(0, PIXELS - SIZE.width);
    const before = trimap.slice();
    expect(drawBand(trimap, SIZE, 8)).toEqual([0, 0]);
    expect(trimap).toEqual(before);
  });
});

describe('edits', () => {
  it('can be repeated and taken back', () => {
    const [before, after] = [values(7), values(8)];
    const edit = editBetween(before, after, SIZE, [0, SIZE.height]);
    const again = before.slice();
    applyEdit(again, edit);
    expect(again).toEqual(after);
    applyEdit(again, inverse(edit));
    expect(again).toEqual(before);
    expect(edit.every(({ length }) => length > 0)).toBe(true);
  });

  it('know their rows', () => {
    const before = values(9);
    const after = before.slice();
    after.fill(7, 5 * SIZE.width + 30, 7 * SIZE.width + 2);
    expect(rowsOf(editBetween(before, after, SIZE, [0, SIZE.height]), SIZE)).toEqual([5, 8]);
    expect(rowsOf([], SIZE)).toEqual([0, 0]);
    expect(joinRows([0, 0], [4, 6])).toEqual([4, 6]);
    expect(joinRows([2, 5], [4, 6])).toEqual([2, 6]);
  });
});

describe('a history', () => {
  it('goes back and forth, and forgets what was undone when something new is done', () => {
    const trimap = values(11);
    const states = [trimap.slice()];
    let history: History = NO_HISTORY;
    const paint = (value: number): void => {
      const before = trimap.slice();
      const rows = paintSegment(
        trimap,
        SIZE,
        [
          { x: value / 8, y: 6 },
          { x: 30, y: 15 },
        ],
        7,
        value,
      );
      history = record(history, editBetween(before, trimap, SIZE, rows));
      states.push(trimap.slice());
    };
    const step = (move: typeof undo): void => {
      const { edit, history: next } = move(history)!;
      applyEdit(trimap, edit);
      history = next;
    };
    [255, 128, 0].forEach(paint);
    step(undo);
    step(undo);
    expect(trimap).toEqual(states[1]);
    step(redo);
    expect(trimap).toEqual(states[2]);
    step(undo);
    paint(64);
    expect(redo(history)).toBeUndefined();
    step(undo);
    step(undo);
    expect(trimap).toEqual(states[0]);
    expect(undo(history)).toBeUndefined();
  });

  it('keeps no edit that changes nothing', () => {
    expect(record(NO_HISTORY, [])).toBe(NO_HISTORY);
  });
});

describe('a view', () => {
  const pane = { width: 800, height: 600 };

  it('shows the whole picture, centred', () => {
    const view = fit({ width: 1920, height: 1080 }, pane, 10);
    expect(view.zoom).toBeCloseTo(780 / 1920);
    const middle = toPicture(view, { x: 400, y: 300 });
    expect(middle.x).toBeCloseTo(960);
    expect(middle.y).toBeCloseTo(540);
  });

  it('zooms round a point, which stays where it is', () => {
    const view = moved(fit({ width: 640, height: 360 }, pane), { x: 13, y: -8 });
    const at = { x: 200, y: 310 };
    const before = toPicture(view, at);
    const after = toPicture(zoomedAt(view, at, 3), at);
    expect(after.x).toBeCloseTo(before.x);
    expect(after.y).toBeCloseTo(before.y);
    expect(zoomedAt(view, at, 1e9).zoom).toBe(40);
  });
});
