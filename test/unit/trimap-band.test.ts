import { describe, expect, it } from 'vitest';
import { allocateBandScratch, deriveTrimap } from '../../src/trimap/band.js';
import { allocateIslandScratch, dropIslands } from '../../src/trimap/islands.js';

const size = { width: 80, height: 60 };
const pixels = size.width * size.height;

function fill(paint: (x: number, y: number) => number): Float32Array {
  return Float32Array.from({ length: pixels }, (_, i) => paint(i % size.width, Math.floor(i / size.width)));
}

const within = (x: number, y: number, left: number, top: number, side: number): boolean =>
  x >= left && x < left + side && y >= top && y < top + side;

describe('dropIslands', () => {
  const scene = fill((x, y) => {
    if (within(x, y, 10, 10, 30)) return 0.9;
    if (within(x, y, 40, 20, 5)) return 0.4; // a soft part of the subject
    if (within(x, y, 55, 10, 6)) return 0.95; // a thing apart, sure
    if (within(x, y, 55, 40, 10)) return 0.5; // something in the background, unsure
    return 0.1;
  });

  it('drops unsure patches that touch no sure foreground, and keeps all others', () => {
    const expected = scene.map((p, i) =>
      within(i % size.width, Math.floor(i / size.width), 55, 40, 10) ? 0 : p,
    );
    dropIslands(scene, 0.25, size, allocateIslandScratch(size));
    expect(scene).toEqual(expected);
  });

  it('follows a patch however it winds', () => {
    // Combs whose teeth are joined at the bottom alone, the second hanging from a sure pixel: one patch each.
    const comb = (x: number, y: number, left: number): boolean =>
      within(x, y, left, 5, 21) && (y === 25 || (x - left) % 2 === 0);
    const combs = fill((x, y) => (x === 60 && y === 5 ? 0.9 : comb(x, y, 10) || comb(x, y, 40) ? 0.5 : 0.1));
    const expected = combs.map((p, i) => (comb(i % size.width, Math.floor(i / size.width), 10) ? 0 : p));
    dropIslands(combs, 0.25, size, allocateIslandScratch(size));
    expect(combs).toEqual(expected);
  });
});

describe('deriveTrimap', () => {
  const scratch = allocateBandScratch(size);
  const half = { width: 40, height: 30 };
  const nowhere = new Float32Array(half.width * half.height);

  const certain = { probability: nowhere, certainty: nowhere.map(() => 1) };

  function row(probability: Float32Array, softArea = nowhere, messages = [certain, certain]): number[] {
    const dst = new Uint8Array(pixels);
    deriveTrimap(dst, probability, { softArea, messages }, size, scratch);
    return [...dst.subarray(20 * size.width, 21 * size.width)];
  }

  it('is narrow along a hard edge', () => {
    const values = row(fill((x) => (x < 40 ? 0.99 : 0.01)));
    expect(values.lastIndexOf(255)).toBe(37);
    expect(values.indexOf(0)).toBe(42);
  });

  it('is as wide as the doubt, and a little wider', () => {
    const values = row(fill((x) => (x < 30 ? 0.99 : x < 50 ? 0.6 : 0.01)));
    expect(values.lastIndexOf(255)).toBe(27);
    expect(values.indexOf(0)).toBe(52);
  });

  it('reaches farther around what has come before the subject, and around no narrow doubt', () => {
    const doubtful = fill((x) => (x < 20 ? 0.99 : x < 60 ? 0.6 : 0.01));
    const lost = { probability: nowhere, certainty: nowhere.map(() => 0.05) };
    const values = row(doubtful, nowhere, [lost, lost]);
    expect(values.lastIndexOf(255)).toBe(11);
    expect(values.indexOf(0)).toBe(68);
    expect(row(doubtful, nowhere, [lost, certain])).toEqual(row(doubtful));
    const narrow = fill((x) => (x < 30 ? 0.99 : x < 50 ? 0.6 : 0.01));
    expect(row(narrow, nowhere, [lost, lost])).toEqual(row(narrow));
  });

  const softArea = Float32Array.from(nowhere, (_, i) => (i % half.width >= 30 ? 0.6 : 0.1));

  it('takes in a soft area and its fringe where something of the subject may be near', () => {
    const values = row(
      fill((x) => (x < 20 ? 0.99 : x < 62 ? 0.01 : 0.05)),
      softArea,
    );
    expect(values.indexOf(0)).toBe(22);
    expect(values.indexOf(128, 22)).toBe(58);
    expect(values.lastIndexOf(128)).toBe(size.width - 1);
  });

  it('keeps a soft area that has no sure subject: smoke, glass', () => {
    const values = row(
      fill(() => 0.01),
      softArea,
    );
    expect(values.indexOf(128)).toBe(58);
  });

  it('leaves a frame without the subject background', () => {
    const dst = new Uint8Array(pixels);
    deriveTrimap(
      dst,
      fill(() => 0.02),
      { softArea: nowhere, messages: [certain] },
      size,
      scratch,
    );
    expect(dst.every((value) => value === 0)).toBe(true);
  });
});
