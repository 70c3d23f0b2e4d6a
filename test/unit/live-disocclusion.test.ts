import { describe, expect, it } from 'vitest';
import { DisocclusionFill } from '../../src/live/disocclusion.js';
import { moveAlpha } from '../../src/live/move-alpha.js';

const CELLS = { width: 60, height: 30 };
const FACTOR = 2;
const FRAME = { width: FACTOR * CELLS.width, height: FACTOR * CELLS.height };
const MOTION = 6;

/** A red square on grey stripes, cells; how far right it stands is said. */
function picture(left: number): Uint8Array {
  const rgb = new Uint8Array(3 * CELLS.width * CELLS.height);
  for (let y = 0, i = 0; y < CELLS.height; y++) {
    for (let x = 0; x < CELLS.width; x++, i += 3) {
      const subject = x >= left && x < left + 16 && y >= 8 && y < 24;
      rgb.set(subject ? [190, 40, 30] : [110, 112, 100 + (x % 8)], i);
    }
  }
  return rgb;
}

/** Alpha of a frame whose square stands there. */
function squareAlpha(left: number): Float32Array {
  const alpha = new Float32Array(FRAME.width * FRAME.height);
  for (let y = 16; y < 48; y++) {
    alpha.fill(1, y * FRAME.width + FACTOR * left, y * FRAME.width + FACTOR * (left + 16));
  }
  return alpha;
}

/** Nothing moves. */
function noFlow() {
  return { u: new Float32Array(CELLS.width * CELLS.height), v: new Float32Array(CELLS.width * CELLS.height) };
}

/** The true flow from a picture with the square at 20 + MOTION to one with it at 20. */
function trueFlow() {
  const flow = noFlow();
  for (let y = 8; y < 24; y++) {
    flow.u.fill(-MOTION, y * CELLS.width + 20 + MOTION, y * CELLS.width + 36 + MOTION);
  }
  return flow;
}

const error = (alpha: Float32Array, truth: Float32Array): number =>
  alpha.reduce((sum, value, i) => sum + Math.abs(value - truth[i]!), 0);

describe('what the frame before did not show', () => {
  it('takes the alpha of what looks like it, where following leaves the subject behind', () => {
    const flow = trueFlow();
    const alpha = new Float32Array(FRAME.width * FRAME.height);
    moveAlpha(alpha, squareAlpha(20), flow, FRAME, { factor: FACTOR, columns: CELLS.width });
    const truth = squareAlpha(20 + MOTION);
    const halo = error(alpha, truth);
    expect(halo).toBeGreaterThan(300);
    new DisocclusionFill(FRAME, CELLS, FACTOR).fill(alpha, {
      flow,
      here: picture(20 + MOTION),
      there: picture(20),
    });
    expect(error(alpha, truth)).toBeLessThan(0.1 * halo);
  });

  it('is nowhere, and nothing changes, where all can be followed', () => {
    const alpha = squareAlpha(20);
    new DisocclusionFill(FRAME, CELLS, FACTOR).fill(alpha, {
      flow: noFlow(),
      here: picture(20),
      there: picture(20).map((value) => value + 3),
    });
    expect(alpha).toEqual(squareAlpha(20));
  });

  it('is kept as it is where everything is strange', () => {
    const alpha = squareAlpha(20);
    const there = picture(20).map((value) => 255 - value);
    new DisocclusionFill(FRAME, CELLS, FACTOR).fill(alpha, {
      flow: noFlow(),
      here: picture(20).fill(0),
      there,
    });
    expect(alpha).toEqual(squareAlpha(20));
  });
});
