import { describe, expect, it } from 'vitest';
import type { FramePlanes } from '../../src/core/frame.js';
import { beginMerge, finishAlpha, finishStage1, mergeTile } from '../../src/matting/merge.js';
import { planTiles, type Tile } from '../../src/matting/tiles.js';
import { fillDiscTrimap, formatOf, planesOf, randomNumbers } from '../support/matting-frames.js';

const FRAME = formatOf(300, 210);
const OPTIONS = { tile: 128, margin: 16, feather: 12, multiple: 32 };
const random = randomNumbers(41);
const truth = Float32Array.from({ length: FRAME.width * FRAME.height }, () => 4 * random() - 1.5);

/** A frame whose stage-1 or alpha plane holds the merge of tiles that each computed `truth`. */
function merged(plane: 'stage1' | 'alpha'): { planes: FramePlanes; tiles: Tile[] } {
  const planes = planesOf(FRAME);
  fillDiscTrimap(planes.trimap, FRAME, { x: 80, y: 90, inner: 40, outer: 52 });
  planes[plane].fill(99);
  planes.weight.fill(99);
  const tiles = planTiles(planes.trimap, FRAME, OPTIONS);
  beginMerge(planes[plane], planes.weight);
  tiles.forEach((tile, n) => {
    const size = tile.width * tile.height;
    const outputs = new Float32Array((n + 1) * size).fill(NaN);
    for (let at = 0; at < size; at += 1) {
      const x = tile.x + (at % tile.width);
      const y = tile.y + Math.floor(at / tile.width);
      outputs[n * size + at] = x < FRAME.width && y < FRAME.height ? truth[y * FRAME.width + x]! : NaN;
    }
    mergeTile(planes[plane], planes.weight, FRAME, outputs, tile, { tile, sample: n, left: 0 });
  });
  return { planes, tiles };
}

describe('merge', () => {
  it('puts tiles together to the picture they were cut from, known pixels exact', () => {
    const { planes, tiles } = merged('alpha');
    finishAlpha(planes);
    expect(tiles.length).toBeGreaterThan(1);
    expect(tiles.length).toBeLessThan(12);
    planes.trimap.forEach((known, at) => {
      const expected = known === 128 ? Math.min(Math.max(truth[at]!, 0), 1) : known / 255;
      if (!(Math.abs(planes.alpha[at]! - expected) < (known === 128 ? 1e-6 : 1e-12)))
        expect.fail(`pixel ${at}`);
    });
  });

  it('carries alpha to stage 2 with known pixels put in', () => {
    const { planes } = merged('stage1');
    finishStage1(planes, 'alpha');
    planes.trimap.forEach((known, at) => {
      const expected = known === 128 ? Math.min(Math.max(truth[at]!, 0), 1) : known / 255;
      if (!(Math.abs(planes.stage1[at]! - expected) < 1e-6)) expect.fail(`pixel ${at}`);
    });
  });

  it('carries logits as they are, ±16 where no tile came', () => {
    const { planes } = merged('stage1');
    const visited = planes.weight.slice();
    finishStage1(planes, 'logit');
    let outside = 0;
    planes.trimap.forEach((known, at) => {
      const expected = visited[at]! > 0 ? truth[at]! : known === 255 ? 16 : -16;
      if (visited[at] === 0) outside += 1;
      // The division by a small weight brings float rounding up.
      if (!(Math.abs(planes.stage1[at]! - expected) < 1e-4)) expect.fail(`pixel ${at}`);
    });
    expect(outside).toBeGreaterThan(0);
  });

  it('blends tiles that disagree along a straight ramp', () => {
    const format = formatOf(224, 32);
    const planes = planesOf(format);
    planes.trimap.fill(128);
    const [left, right] = planTiles(planes.trimap, format, OPTIONS);
    beginMerge(planes.alpha, planes.weight);
    const size = left!.width * left!.height;
    const [zeros, ones] = [new Float32Array(size), new Float32Array(right!.width * right!.height).fill(1)];
    mergeTile(planes.alpha, planes.weight, format, zeros, left!, { tile: left!, sample: 0, left: 0 });
    mergeTile(planes.alpha, planes.weight, format, ones, right!, { tile: right!, sample: 0, left: 0 });
    finishAlpha(planes);
    const ramp = Array.from(planes.alpha.subarray(left!.columns.end - 13, left!.columns.end + 1));
    ramp.forEach((value, n) => expect(value).toBeCloseTo(Math.min(Math.max((n - 0.5) / 12, 0), 1), 6));
  });
});
