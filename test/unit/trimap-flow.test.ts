import { describe, expect, it } from 'vitest';
import { allocateFlow, FlowEstimator, type Flow } from '../../src/trimap/flow.js';
import { allocateTrust, flowTrust } from '../../src/trimap/flow-trust.js';
import { cameraMotion, compose, STILL } from '../../src/trimap/camera-motion.js';

const size = { width: 160, height: 90 };
const pixels = size.width * size.height;

/** A repeatable number from -1 to 1 for each point of a lattice. */
function lattice(x: number, y: number, seed: number): number {
  const mixed = Math.imul(x * 374761393 + y * 668265263 + seed * 974634777, 1274126177);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 31 - 1;
}

/** Smooth noise at four scales, defined at every fraction of a pixel. */
function texture(x: number, y: number, channel: number): number {
  let value = 128;
  for (const [scale, height] of [
    [5, 20],
    [11, 25],
    [23, 30],
    [47, 30],
  ] as const) {
    const [ix, iy] = [Math.floor(x / scale), Math.floor(y / scale)];
    const ease = (t: number): number => t * t * (3 - 2 * t);
    const [fx, fy] = [ease(x / scale - ix), ease(y / scale - iy)];
    const at = (dx: number, dy: number): number => lattice(ix + dx, iy + dy, scale + channel);
    const top = at(0, 0) + fx * (at(1, 0) - at(0, 0));
    const bottom = at(0, 1) + fx * (at(1, 1) - at(0, 1));
    value += height * (top + fy * (bottom - top));
  }
  return Math.min(240, Math.max(0, value));
}

/** @param at - where in the texture pixel (x, y) looks */
function draw(at: (x: number, y: number) => [number, number]): Uint8Array {
  const rgb = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const [x, y] = at(i % size.width, Math.floor(i / size.width));
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = Math.round(texture(x, y, c));
  }
  return rgb;
}

function estimate(from: Uint8Array, to: Uint8Array): Flow {
  const flow = allocateFlow(size);
  new FlowEstimator(size).estimateBoth(flow, allocateFlow(size), from, to);
  return flow;
}

/** Mean end-point error in pixels, away from the border. */
function endPointError(flow: Flow, truth: (x: number, y: number) => [number, number], margin = 12): number {
  let sum = 0;
  let count = 0;
  for (let y = margin; y < size.height - margin; y++) {
    for (let x = margin; x < size.width - margin; x++) {
      const [u, v] = truth(x, y);
      const i = y * size.width + x;
      sum += Math.hypot(flow.u[i]! - u, flow.v[i]! - v);
      count += 1;
    }
  }
  return sum / count;
}

describe('FlowEstimator', () => {
  it.each([
    [0, 0],
    [0.5, -0.25],
    [3.3, 1.7],
    [-7, 5],
  ])('finds a shift of (%f, %f) pixels', (u, v) => {
    const flow = estimate(
      draw((x, y) => [x, y]),
      draw((x, y) => [x - u, y - v]),
    );
    expect(endPointError(flow, () => [u, v])).toBeLessThan(0.1);
  });

  it('finds a zoom about the centre', () => {
    const zoom = 1.04;
    const flow = estimate(
      draw((x, y) => [x, y]),
      draw((x, y) => [80 + (x - 80) / zoom, 45 + (y - 45) / zoom]),
    );
    expect(endPointError(flow, (x, y) => [(zoom - 1) * (x - 80), (zoom - 1) * (y - 45)])).toBeLessThan(0.15);
  });

  it('does not mind a change of exposure', () => {
    const to = draw((x, y) => [x - 2, y - 1]).map((value) => Math.min(255, value + 15));
    expect(
      endPointError(
        estimate(
          draw((x, y) => [x, y]),
          to,
        ),
        () => [2, 1],
      ),
    ).toBeLessThan(0.15);
  });

  it('gives the way back too', () => {
    const forward = allocateFlow(size);
    const backward = allocateFlow(size);
    const pictures = [draw((x, y) => [x, y]), draw((x, y) => [x - 3, y - 2])] as const;
    new FlowEstimator(size).estimateBoth(forward, backward, ...pictures);
    expect(endPointError(forward, () => [3, 2])).toBeLessThan(0.1);
    expect(endPointError(backward, () => [-3, -2])).toBeLessThan(0.1);
    const alone = allocateFlow(size);
    new FlowEstimator(size).estimate(alone, ...pictures);
    expect(alone).toEqual(forward);
  });

  it.each([
    [8, 8],
    [5, 40],
    [9, 31],
    [161, 11],
  ])('takes pictures as small as %i × %i', (width, height) => {
    const flow = allocateFlow({ width, height });
    const grey = new Uint8Array(3 * width * height).fill(90);
    new FlowEstimator({ width, height }).estimateBoth(flow, flow, grey, grey);
    expect(flow.u.every((value) => value === 0)).toBe(true);
  });
});

describe('flowTrust', () => {
  it('is high where flow fits and low where another thing has come in front', () => {
    const plain = draw((x, y) => [x, y]);
    const covered = plain.slice();
    for (let y = 30; y < 60; y++) covered.fill(255, 3 * (y * size.width + 60), 3 * (y * size.width + 100));
    const still = allocateFlow(size);
    const trust = allocateTrust(size);
    const scratch = {
      difference: new Float32Array(pixels),
      plane: new Float32Array(pixels),
      row: new Float64Array(size.width),
    };
    flowTrust(trust, still, still, plain, covered, size, scratch);
    expect(trust.colour[10 * size.width + 10]).toBeGreaterThan(0.99);
    expect(trust.colour[45 * size.width + 80]).toBeLessThan(0.01);
    const back = { u: new Float32Array(pixels).fill(4), v: new Float32Array(pixels) };
    flowTrust(trust, still, back, plain, plain, size, scratch);
    expect(trust.roundTrip[45 * size.width + 80]).toBeLessThan(0.01);
  });
});

describe('cameraMotion', () => {
  it('finds the affine motion of two thirds of the picture through the rest', () => {
    const truth = { xx: 1.01, xy: 0.005, x0: -2, yx: -0.004, yy: 0.99, y0: 1.5 };
    const flow = allocateFlow(size);
    for (let i = 0; i < pixels; i++) {
      const x = i % size.width;
      const y = Math.floor(i / size.width);
      const subject = x > 60 && x < 110;
      flow.u[i] = subject ? 6 : (truth.xx - 1) * x + truth.xy * y + truth.x0;
      flow.v[i] = subject ? -5 : truth.yx * x + (truth.yy - 1) * y + truth.y0;
    }
    const found = cameraMotion(flow, new Float32Array(pixels).fill(1), size);
    for (const [x, y] of [
      [0, 0],
      [159, 0],
      [80, 45],
      [159, 89],
    ] as const) {
      expect(found.xx * x + found.xy * y + found.x0).toBeCloseTo(truth.xx * x + truth.xy * y + truth.x0, 1);
      expect(found.yx * x + found.yy * y + found.y0).toBeCloseTo(truth.yx * x + truth.yy * y + truth.y0, 1);
    }
  });

  it('composes in order', () => {
    const shift = { ...STILL, x0: 3 };
    const double = { ...STILL, xx: 2 };
    expect(compose(shift, double).x0).toBe(6);
    expect(compose(double, shift).x0).toBe(3);
  });
});
