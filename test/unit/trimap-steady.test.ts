import { describe, expect, it } from 'vitest';
import { alphaChange } from '../../src/evaluation/video/flicker.js';
import { dtssd } from '../../src/evaluation/video/dtssd.js';
import { flickerAlongMotion } from '../../src/trimap/flicker.js';
import { MotionEstimator, type FrameMotion } from '../../src/trimap/frame-motion.js';
import { addCorrection, SteadyFilter, type MattedPicture } from '../../src/trimap/steady.js';
import { randomNumbers } from '../support/matting-frames.js';

const SIZE = { width: 96, height: 64 };
const PIXELS = SIZE.width * SIZE.height;
const FRAMES = 6;

/** A disc with a soft edge that moves over a background at rest, both textured, everything near the edge unknown. */
interface Shot {
  readonly truth: readonly Float32Array[];
  readonly frames: readonly MattedPicture[];
}

function texture(x: number, y: number, seed: number): number {
  return 40 * Math.sin(0.45 * x + seed) + 40 * Math.cos(0.38 * y - 0.2 * x + 2 * seed);
}

/** @param step - pixels a frame @param noise - what matting adds to alpha in frame t, by place */
function shotOf(step: number, noise: (x: number, y: number, t: number) => number): Shot {
  const truth: Float32Array[] = [];
  const frames = Array.from({ length: FRAMES }, (_, t): MattedPicture => {
    const centre = 24 + step * t;
    const rgb = new Uint8Array(3 * PIXELS);
    const [exact, alpha] = [new Float32Array(PIXELS), new Float32Array(PIXELS)];
    const trimap = new Uint8Array(PIXELS);
    for (let i = 0; i < PIXELS; i++) {
      const [x, y] = [i % SIZE.width, Math.floor(i / SIZE.width)];
      const inside = 16 - Math.hypot(x - centre, y - 32);
      const pha = Math.min(1, Math.max(0, 0.5 + inside / 6));
      for (let c = 0; c < 3; c++) {
        const subject = 170 + texture(x - centre, y, c);
        const behind = 85 + texture(x, 1.3 * y, c + 5);
        rgb[3 * i + c] = pha * subject + (1 - pha) * behind;
      }
      trimap[i] = inside > 9 ? 255 : inside < -9 ? 0 : 128;
      exact[i] = pha;
      alpha[i] = trimap[i] === 128 ? Math.min(1, Math.max(0, pha + noise(x, y, t))) : pha;
    }
    truth.push(exact);
    return { rgb, alpha, trimap };
  });
  return { truth, frames };
}

const phases = Array.from({ length: 2 * FRAMES }, randomNumbers(11)).map((share) => 2 * Math.PI * share);

/** Errors that are broad, and another every frame. */
function flickering(x: number, y: number, t: number): number {
  return 0.25 * Math.sin(phases[2 * t]! + x / 9) * Math.cos(phases[2 * t + 1]! + y / 7);
}

function steadied({ frames }: Shot, strength: number): Float32Array[] {
  const motion = new MotionEstimator(SIZE);
  const filter = new SteadyFilter(SIZE);
  const pairs = frames.slice(1).map(({ rgb }, t) => motion.between(frames[t]!.rgb, rgb));
  return frames.map((frame, t) => {
    const neighbours = [
      ...(t > 0 ? [{ alpha: frames[t - 1]!.alpha, motion: pairs[t - 1]!.backward }] : []),
      ...(t + 1 < frames.length ? [{ alpha: frames[t + 1]!.alpha, motion: pairs[t]!.forward }] : []),
    ];
    const correction = new Float32Array(PIXELS);
    filter.correction(correction, frame, neighbours, strength);
    const alpha = frame.alpha.slice();
    addCorrection(alpha, frame.trimap, SIZE, correction, SIZE);
    return alpha;
  });
}

/** Means over the shot. */
function scores({ truth, frames }: Shot, alphas: readonly Float32Array[]): Record<string, number> {
  const sums = { error: 0, dtssd: 0, flicker: 0 };
  for (const [t, alpha] of alphas.entries()) {
    sums.error += alpha.reduce((sum, value, i) => sum + Math.abs(value - truth[t]![i]!), 0) / FRAMES;
    if (t === 0) continue;
    const judged = (at: number): { predicted: Float32Array; truth: Float32Array } => ({
      predicted: alphas[at]!,
      truth: truth[at]!,
    });
    const unknown = frames[t - 1]!.trimap.map((value) => (value === 128 ? 1 : 0));
    const pair = { earlier: judged(t - 1), later: judged(t), unknown };
    sums.dtssd += dtssd(pair)['unknown-sum'] / (FRAMES - 1);
    sums.flicker += alphaChange(pair).flicker / (FRAMES - 1);
  }
  return sums;
}

describe('SteadyFilter', () => {
  it('takes injected flicker down to less than half, and error with it; less where it is to be weaker', () => {
    const shot = shotOf(1.5, flickering);
    const before = scores(
      shot,
      shot.frames.map(({ alpha }) => alpha),
    );
    const after = scores(shot, steadied(shot, 1));
    const weaker = scores(shot, steadied(shot, 0.3));
    expect(after.error).toBeLessThan(0.85 * before.error!);
    expect(after.dtssd).toBeLessThan(0.5 * before.dtssd!);
    expect(after.flicker).toBeLessThan(0.5 * before.flicker!);
    expect(weaker.flicker).toBeGreaterThan(1.2 * after.flicker!);
    expect(weaker.flicker).toBeLessThan(0.8 * before.flicker!);
  });

  it('leaves no trail behind a fast subject, and its edge no worse', () => {
    const clean = shotOf(7, () => 0);
    const steady = steadied(clean, 1);
    for (let t = 1; t < FRAMES; t++) {
      let left = 0;
      for (let i = 0; i < PIXELS; i++) {
        // Where the subject was and is no more.
        if (clean.truth[t - 1]![i]! > 0.5 && clean.truth[t]![i] === 0) left = Math.max(left, steady[t]![i]!);
      }
      expect(left, `frame ${t}`).toBeLessThan(0.1);
    }
    const noisy = shotOf(7, flickering);
    const edge = (alphas: readonly Float32Array[]): number => {
      let error = 0;
      for (let t = 1; t < FRAMES; t++) {
        const [now, before] = [noisy.truth[t]!, noisy.truth[t - 1]!];
        for (let i = 0; i < PIXELS; i++) {
          if (Math.abs(now[i]! - before[i]!) > 0.3) error += Math.abs(alphas[t]![i]! - now[i]!);
        }
      }
      return error;
    };
    expect(edge(steadied(noisy, 1))).toBeLessThan(edge(noisy.frames.map(({ alpha }) => alpha)));
  });

  it('keeps a change that stays', () => {
    // From the fourth frame on nothing is left of what the trimap leaves open.
    const shot = shotOf(0, (_x, _y, t) => (t >= 3 ? -1 : 0));
    const steady = steadied(shot, 1);
    for (const t of [2, 3]) {
      const worst = steady[t]!.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - shot.frames[t]!.alpha[i]!)),
        0,
      );
      expect(worst, `frame ${t}`).toBeLessThan(0.2);
    }
  });

  it('is what its formula says', () => {
    const size = { width: 13, height: 9 };
    const random = randomNumbers(5);
    const plane = (scale: number): Float32Array => Float32Array.from({ length: 117 }, () => scale * random());
    const trimap = Uint8Array.from({ length: 117 }, () => [0, 128, 128, 255][Math.floor(4 * random())]!);
    const alpha = plane(1);
    const motionOf = (): FrameMotion => ({
      flow: { u: plane(3), v: plane(2) },
      trust: { colour: plane(1), roundTrip: plane(1) },
    });
    const neighbours = [
      { alpha: plane(1), motion: motionOf() },
      { alpha: plane(1), motion: motionOf() },
    ];
    const found = new Float32Array(117);
    new SteadyFilter(size).correction(found, { alpha, trimap }, neighbours, 1.5);
    const expected = obviousCorrection({ alpha, trimap }, neighbours, 1.5, size);
    for (let i = 0; i < 117; i++) expect(found[i]).toBeCloseTo(expected[i]!, 5);
  });
});

type Neighbours = Parameters<SteadyFilter['correction']>[2];

/** The formula, pixel by pixel. */
function obviousCorrection(
  { alpha, trimap }: Pick<MattedPicture, 'alpha' | 'trimap'>,
  neighbours: Neighbours,
  strength: number,
  { width, height }: typeof SIZE,
): number[] {
  const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  const asked = (i: number): { difference: number; trust: number }[] => {
    if (trimap[i] !== 128) return [];
    return neighbours.map(({ alpha: other, motion: { flow, trust } }) => {
      const x = clamp((i % width) + flow.u[i]!, width - 1);
      const y = clamp(Math.floor(i / width) + flow.v[i]!, height - 1);
      let there = 0;
      for (let p = 0; p < other.length; p++) {
        const near = (1 - Math.abs((p % width) - x)) * (1 - Math.abs(Math.floor(p / width) - y));
        if (Math.abs((p % width) - x) < 1 && Math.abs(Math.floor(p / width) - y) < 1)
          there += near * other[p]!;
      }
      return { difference: there - alpha[i]!, trust: trust.colour[i]! ** 2 };
    });
  };
  const single = Array.from(alpha, (_, i) => {
    let [sum, weights] = [0, 1];
    for (const { difference, trust } of asked(i)) {
      const weight = strength * trust * Math.exp(-2 * difference ** 2);
      sum += weight * difference;
      weights += weight;
    }
    return sum / weights;
  });
  return single.map((_, i) => {
    const window = single.filter(
      (_value, p) =>
        Math.abs((p % width) - (i % width)) <= 2 &&
        Math.abs(Math.floor(p / width) - Math.floor(i / width)) <= 2,
    );
    const mean = window.reduce((sum, value) => sum + value, 0) / window.length;
    const limits = asked(i).map(({ difference, trust }) => trust * difference);
    return Math.min(Math.max(0, ...limits), Math.max(Math.min(0, ...limits), mean));
  });
}

describe('addCorrection', () => {
  it('interpolates between the centres of larger pixels, in the unknown region alone, within 0 and 1', () => {
    const trimap = Uint8Array.from([128, 128, 128, 128, 0, 128, 128, 255]);
    const alpha = Float32Array.from([0.5, 0.5, 0.5, 0.5, 0, 0.9, 0.1, 1]);
    addCorrection(alpha, trimap, { width: 4, height: 2 }, Float32Array.from([0.4, -0.4]), {
      width: 2,
      height: 1,
    });
    const expected = [0.9, 0.7, 0.3, 0.1, 0, 1, 0, 1];
    alpha.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));
  });
});

describe('flickerAlongMotion', () => {
  const flickerOf = (noise: (x: number, y: number, t: number) => number): number => {
    const [before, here] = shotOf(1.5, noise).frames;
    const { backward } = new MotionEstimator(SIZE).between(before!.rgb, here!.rgb);
    return flickerAlongMotion(here!, before!.alpha, backward, SIZE, new Float32Array(PIXELS))!;
  };

  it('sees what alpha does by itself, not what the subject’s motion asks for', () => {
    const [clean, flickers] = [flickerOf(() => 0), flickerOf(flickering)];
    expect(clean).toBeLessThan(0.03);
    expect(flickers).toBeGreaterThan(3 * clean);
  });

  it('says nothing where nothing is unknown', () => {
    const [frame] = shotOf(1, () => 0).frames;
    const { forward } = new MotionEstimator(SIZE).between(frame!.rgb, frame!.rgb);
    const known = { ...frame!, trimap: new Uint8Array(PIXELS) };
    expect(flickerAlongMotion(known, frame!.alpha, forward, SIZE, new Float32Array(PIXELS))).toBeUndefined();
  });
});
