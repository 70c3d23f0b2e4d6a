import { expect, it } from 'vitest';
import { allocateFrame, viewPlanes, viewReduced } from '../../src/core/frame.js';
import { plan } from '../../src/pipeline/kernel-worker.js';
import { formatOf } from '../support/matting-frames.js';

it('reduces what a tile without context mirrors at the edge of the frame', async () => {
  const format = formatOf(80, 64);
  const memory = allocateFrame(format, 0, { scale: 2 });
  const planes = viewPlanes(memory);
  planes.colour.forEach((plane) => plane.fill(100));
  planes.trimap.fill(255);
  // One unknown pixel in the last column.
  planes.trimap[format.width - 1] = 128;
  const small = viewReduced(memory);
  small.colour.forEach((plane) => plane.fill(7));

  const outcome = await plan({
    memory,
    plans: { stage1: { tile: 96, margin: 0, feather: 16, multiple: 32 }, stage2: 'frame' },
  });
  if (!('value' in outcome)) throw new Error(outcome.failure.parts.what);
  const [tile] = outcome.value.tiles.stage1;
  expect(tile).toMatchObject({ x: 32, width: 32 });
  // The smaller picture is 40 wide: columns 40 to 63 mirror 38 to 15.
  const seen = Array.from({ length: 25 }, (_, i) => small.colour[0][15 + i]!);
  expect(new Set(seen)).toEqual(new Set([100]));
  // What no tile sees is left as it is.
  expect(small.colour[0][0]).toBe(7);
});
