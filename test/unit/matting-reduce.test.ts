import { describe, expect, it } from 'vitest';
import { allocateFrame, viewPlanes, viewReduced, type FramePlanes } from '../../src/core/frame.js';
import { enlargeStage1 } from '../../src/matting/enlarge.js';
import { reducePlane, reduceTrimap } from '../../src/matting/reduce.js';
import { rgbMatrix } from '../../src/matting/rgb-matrix.js';
import { fillDiscTrimap, fillRandomColours, formatOf, randomNumbers } from '../support/matting-frames.js';

function arraysOf({ colour, ...others }: FramePlanes): (Uint8Array | Uint16Array | Float32Array)[] {
  return [...colour, ...Object.values(others)];
}

const SIZES = [
  [64, 48, 2],
  [63, 47, 2],
  [61, 50, 4],
  [5, 3, 4],
  [1, 1, 2],
] as const;

describe('a frame’s smaller copy', () => {
  it.each(SIZES)(
    'of %i × %i pixels, %i times smaller, holds what its blocks hold',
    (width, height, scale) => {
      const random = randomNumbers(width);
      for (const depth of [8, 10] as const) {
        const memory = allocateFrame(formatOf(width, height, { depth }), 0, { scale });
        const [planes, small, reduced] = [viewPlanes(memory), viewReduced(memory), memory.reduced!];
        fillRandomColours(planes, memory.format, random);
        planes.prior.forEach((_, at) => (planes.prior[at] = random()));
        planes.trimap.forEach((_, at) => (planes.trimap[at] = random() < 0.9 ? 255 : [0, 128][at % 2]!));
        reduceTrimap(small.trimap, reduced, planes.trimap, memory.format);
        const all = { x: 0, y: 0, width: reduced.width, height: reduced.height };
        reducePlane(small.colour[1], reduced, planes.colour[1], memory.format, all);
        reducePlane(small.prior, reduced, planes.prior, memory.format, all);
        for (let y = 0; y < reduced.height; y += 1) {
          for (let x = 0; x < reduced.width; x += 1) {
            const block: number[] = [];
            for (let row = y * scale; row < Math.min((y + 1) * scale, height); row += 1)
              for (let column = x * scale; column < Math.min((x + 1) * scale, width); column += 1)
                block.push(row * width + column);
            const mean = (plane: ArrayLike<number>): number =>
              block.reduce((sum, at) => sum + plane[at]!, 0) / block.length;
            const at = y * reduced.width + x;
            expect(small.colour[1][at]).toBe(Math.floor(mean(planes.colour[1]) + 0.5));
            expect(small.prior[at]).toBeCloseTo(mean(planes.prior), 6);
            const kinds = new Set(block.map((place) => planes.trimap[place]));
            expect(small.trimap[at]).toBe(kinds.size === 1 ? [...kinds][0] : 128);
          }
        }
      }
    },
  );

  it('lies apart from the frame’s own planes', () => {
    const memory = allocateFrame(formatOf(33, 17), 100, { scale: 2 });
    for (const plane of arraysOf(viewPlanes(memory))) plane.fill(1);
    for (const plane of arraysOf(viewReduced(memory))) plane.fill(7);
    for (const plane of arraysOf(viewPlanes(memory))) expect(new Set(plane)).toEqual(new Set([1]));
    for (const plane of arraysOf(viewReduced(memory)).filter(({ length }) => length > 0))
      expect(new Set(plane)).toEqual(new Set([7]));
  });

  it('is read with the matrix of the frame it was made from', () => {
    const { format, reduced } = allocateFrame(formatOf(1280, 720, { model: 'yuv' }), 0, { scale: 2 });
    expect(rgbMatrix(reduced!)).toEqual(rgbMatrix(format));
    expect(rgbMatrix({ ...format, height: 360 })).not.toEqual(rgbMatrix(format));
  });

  it('writes nothing outside the region asked for', () => {
    const [reduced, frame] = [
      { width: 8, height: 6, scale: 2 },
      { width: 16, height: 12 },
    ];
    const dst = new Uint8Array(48).fill(9);
    reducePlane(dst, reduced, new Uint8Array(192), frame, { x: 6, y: 4, width: 32, height: 32 });
    dst.forEach((value, at) => expect(value).toBe(at % 8 >= 6 && Math.floor(at / 8) >= 4 ? 0 : 9));
  });
});

describe('enlargeStage1', () => {
  const format = formatOf(46, 34);

  function given(scale: 2 | 4) {
    const memory = allocateFrame(format, 0, { scale });
    const planes = viewPlanes(memory);
    fillDiscTrimap(planes.trimap, format, { x: 20, y: 15, inner: 4, outer: 13 });
    return { planes, small: viewReduced(memory), reduced: memory.reduced! };
  }

  it.each([2, 4] as const)('brings a plane that is linear back exactly, ×%i', (scale) => {
    const { planes, small, reduced } = given(scale);
    const slope = (x: number, y: number): number => 0.1 + 0.01 * x + 0.008 * y;
    small.stage1.forEach((_, at) => {
      const [x, y] = [at % reduced.width, Math.floor(at / reduced.width)];
      small.stage1[at] = slope(scale * (x + 0.5) - 0.5, scale * (y + 0.5) - 0.5);
    });
    enlargeStage1(planes, format, small, reduced, { carry: 'alpha', prior: false });
    planes.trimap.forEach((known, at) => {
      const [x, y] = [at % format.width, Math.floor(at / format.width)];
      expect(planes.stage1[at]).toBeCloseTo(known === 128 ? slope(x, y) : known / 255, 6);
    });
  });

  it('keeps the prior’s detail where the network corrects nothing', () => {
    const { planes, small, reduced } = given(2);
    const random = randomNumbers(3);
    planes.prior.forEach((_, at) => (planes.prior[at] = random()));
    reducePlane(small.prior, reduced, planes.prior, format, { x: 0, y: 0, ...reduced });
    small.stage1.set(small.prior);
    enlargeStage1(planes, format, small, reduced, { carry: 'alpha', prior: true });
    planes.trimap.forEach((known, at) => {
      expect(planes.stage1[at]).toBeCloseTo(known === 128 ? planes.prior[at]! : known / 255, 6);
    });
  });

  it('interpolates logits everywhere, unclipped', () => {
    const { planes, small, reduced } = given(4);
    small.stage1.fill(-7);
    enlargeStage1(planes, format, small, reduced, { carry: 'logit', prior: false });
    expect(planes.stage1.every((value) => value === -7)).toBe(true);
  });
});
