import { expect, it } from 'vitest';
import { CarriedSoftArea } from '../../src/trimap/carried-soft-area.js';
import { allocateFlow, type Flow } from '../../src/trimap/flow.js';

const size = { width: 80, height: 30 };

/** A plane whose columns from `first` to before `end` have one value, the others another. */
const columns = (first: number, end: number, inside = 0.9, outside = 0.1): Float32Array =>
  Float32Array.from({ length: 80 * 30 }, (_, i) => (i % 80 >= first && i % 80 < end ? inside : outside));

const horizontal = (u: Float32Array): Flow => ({ ...allocateFlow(size), u });

/** A soft area of columns, to be carried. */
function carrying(first: number, end: number): CarriedSoftArea {
  const carried = new CarriedSoftArea(size);
  carried.begin(columns(first, end));
  return carried;
}

function expectColumns({ area }: CarriedSoftArea, first: number, end: number): void {
  const expected = columns(first, end);
  area.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
}

const sure = new Float32Array(80 * 30).fill(1);
const nobody = new Float32Array(80 * 30);

it('moves a soft area with its subject, not with the background that is seen through it', () => {
  const carried = carrying(17, 20);
  // The subject has come two pixels to the right, the background five to the left.
  carried.step(columns(0, 20, 0.99, 0.05), sure, horizontal(columns(0, 20, -2, 5)));
  expectColumns(carried, 19, 22);
});

it('moves a soft area as its pixels do where there is no subject', () => {
  const carried = carrying(18, 22);
  carried.step(nobody, sure, horizontal(new Float32Array(80 * 30).fill(3)));
  expectColumns(carried, 15, 19);
});

it('keeps a soft area that something hides where the subject has taken it', () => {
  const carried = carrying(50, 60);
  const post = columns(50, 60, 0, 1);
  // The subject goes a pixel to the right, a post that hides its far side six to the left.
  carried.step(columns(10, 20, 0.99, 0.05), post, horizontal(columns(50, 60, 6, -1)));
  expectColumns(carried, 51, 61);
});

it('moves what is hidden as the subject did when it was last seen', () => {
  const carried = carrying(50, 60);
  carried.step(columns(10, 20, 0.99, 0.05), sure, horizontal(new Float32Array(80 * 30).fill(-1)));
  carried.step(nobody, nobody, horizontal(new Float32Array(80 * 30).fill(6)));
  expectColumns(carried, 52, 62);
});

it('stands still where nothing was ever seen of the subject, nor of what the last keyframe had', () => {
  const carried = carrying(50, 60);
  carried.step(columns(10, 20, 0.99, 0.05), sure, horizontal(new Float32Array(80 * 30).fill(-1)));
  carried.begin(columns(50, 60));
  carried.step(nobody, nobody, horizontal(new Float32Array(80 * 30).fill(6)));
  expectColumns(carried, 50, 60);
});
