import { describe, expect, it } from 'vitest';
import { clipCharts } from '../../src/evaluation/video/clip-charts.js';
import { meanOfClips } from '../../src/evaluation/video/clip-means.js';
import { ClipMeter, type Judgement } from '../../src/evaluation/video/clip-meter.js';
import type { ClipResult } from '../../src/evaluation/video/clip-results.js';
import { enlargeFlow } from '../../src/evaluation/video/enlarge-flow.js';
import { plotSvg } from '../../src/evaluation/plot.js';
import { allocateFlow } from '../../src/trimap/flow.js';

const SIZE = { width: 8, height: 6 };
const PIXELS = SIZE.width * SIZE.height;
/** The left half is unknown. */
const TRIMAP = Uint8Array.from({ length: PIXELS }, (_, i) => (i % SIZE.width < 4 ? 128 : 255));

/** Judges by a truth of 0.5 where unknown and 1 elsewhere, on frames numbered from 1001 that do not move. */
function stillJudgement(options: { without?: readonly number[]; flows?: number[] } = {}): Judgement {
  const truth = Float32Array.from(TRIMAP, (value) => (value === 128 ? 0.5 : 1));
  return {
    size: SIZE,
    numberOf: (index) => 1001 + index,
    truthAt: (index) => Promise.resolve(options.without?.includes(index) ? undefined : truth),
    trimapAt: () => Promise.resolve(TRIMAP),
    motion: {
      flowTo: (index) => {
        options.flows?.push(index);
        return Promise.resolve(allocateFlow(SIZE));
      },
    },
  };
}

/** A matte that is off by `by` where it is unknown. */
function offBy(by: number): Float32Array {
  return Float32Array.from(TRIMAP, (value) => (value === 128 ? 0.5 + by : 1));
}

async function measure(by: Judgement, offsets: readonly number[]): Promise<ReturnType<ClipMeter['result']>> {
  const meter = new ClipMeter(by);
  for (const [index, offset] of offsets.entries()) await meter.add({ index, alpha: offBy(offset) });
  return meter.result();
}

describe('ClipMeter', () => {
  it('gives a constant error no temporal score', async () => {
    const { mean, frames } = await measure(stillJudgement(), [0.25, 0.25, 0.25]);
    expect(frames.map(({ frame }) => frame)).toEqual([1001, 1002, 1003]);
    expect(mean.sad).toBeCloseTo((0.25 * PIXELS) / 2 / 1000, 12);
    expect(mean).toMatchObject({ mse: 0.0625, mad: 0.125, flicker: 0 });
    expect(mean.dtssd).toEqual({ 'frame-mean': 0, 'unknown-sum': 0 });
    expect(mean.messddt).toEqual({ 'frame-mean': 0, 'unknown-sum': 0 });
  });

  it('measures a known flicker in every unit', async () => {
    // 0, 0.25, 0, 0.25 over half of the frame; the truth stays.
    const { mean, frames } = await measure(stillJudgement(), [0, 0.25, 0, 0.25]);
    expect(frames[0]!.temporal).toBeUndefined();
    expect(frames[1]!.temporal!.change).toEqual({ predicted: 0.25, truth: 0, flicker: 0.25 });
    expect(mean.flicker).toBeCloseTo(0.25, 12);
    expect(mean.dtssd['frame-mean']).toBeCloseTo(100 * Math.sqrt(0.0625 / 2), 10);
    expect(mean.dtssd['unknown-sum']).toBeCloseTo(Math.sqrt((0.0625 * PIXELS) / 2), 10);
    expect(mean.messddt['frame-mean']).toBeCloseTo((100 * 0.0625) / 2, 10);
    expect(mean.messddt['unknown-sum']).toBeCloseTo((0.0625 * PIXELS) / 2, 10);
  });

  it('passes over frames without truth and compares only neighbours', async () => {
    const flows: number[] = [];
    const { mean, frames } = await measure(stillJudgement({ without: [1, 4], flows }), [0, 0.25, 0, 0.25, 0]);
    expect(frames.map(({ frame, temporal }) => [frame, temporal !== undefined])).toEqual([
      [1001, false],
      [1003, false],
      [1004, true],
    ]);
    expect(flows).toEqual([3]);
    expect(mean.flicker).toBeCloseTo(0.25, 12);
  });

  it('keeps its own copy of the frame before', async () => {
    const meter = new ClipMeter(stillJudgement());
    const alpha = offBy(0);
    await meter.add({ index: 0, alpha });
    alpha.set(offBy(0.25));
    await meter.add({ index: 1, alpha });
    expect(meter.result().mean.flicker).toBeCloseTo(0.25, 12);
  });

  it('has no temporal mean of a single frame, which then does not count in a set', async () => {
    const one = await measure(stillJudgement(), [0.25]);
    const two = await measure(stillJudgement(), [0, 0.25]);
    expect(one.mean.flicker).toBeNaN();
    expect(meanOfClips([one.mean, two.mean]).flicker).toBeCloseTo(0.25, 12);
    expect(meanOfClips([one.mean, two.mean]).mse).toBeCloseTo((0.0625 + 0.0625 / 2) / 2, 12);
  });

  it('refuses a matte of another size', async () => {
    const meter = new ClipMeter(stillJudgement());
    await expect(meter.add({ index: 0, alpha: new Float32Array(PIXELS - 1) })).rejects.toThrow(RangeError);
  });
});

describe('enlargeFlow', () => {
  it('lengthens vectors and keeps a uniform flow uniform', () => {
    const small = { u: new Float32Array(6).fill(1.5), v: new Float32Array(6).fill(-1) };
    const large = allocateFlow({ width: 6, height: 6 });
    enlargeFlow(large, { width: 6, height: 6 }, small, { width: 3, height: 2 });
    expect([...new Set(large.u)]).toEqual([3]);
    expect([...new Set(large.v)]).toEqual([-3]);
  });

  it('keeps a flow that grows with x linear between the outer pixel centres', () => {
    const from = { width: 4, height: 2 };
    const to = { width: 8, height: 4 };
    const small = { u: Float32Array.from({ length: 8 }, (_, i) => (i % 4) + 0.5), v: new Float32Array(8) };
    const large = allocateFlow(to);
    enlargeFlow(large, to, small, from);
    // u(x) = x in the small picture's pixels, 2·x/2 = x + 0.5 at a pixel's centre in the large one's.
    expect([...large.u.subarray(1, 7)]).toEqual([1.5, 2.5, 3.5, 4.5, 5.5, 6.5]);
  });
});

describe('clipCharts', () => {
  it('shows a flickering matte against a truth that stays, and every score', async () => {
    const flickering = await measure(stillJudgement(), [0, 0.25, 0]);
    const steady = await measure(stillJudgement(), [0, 0, 0]);
    const result: ClipResult = {
      ...{ name: 'walk', ...SIZE, frames: 3, truths: 3, painted: [1001], unknownRegion: 'propagated' },
      band: { propagated: undefined, painted: undefined, byDistance: [], frames: [] },
      methods: { flickering, steady },
    };
    const charts = clipCharts(result);
    expect(charts[0]).toMatchObject({ name: 'walk-change', kind: 'lines' });
    expect(charts[0]!.series).toEqual([
      {
        name: 'flickering',
        points: [
          [1002, 0.25],
          [1003, 0.25],
        ],
      },
      {
        name: 'steady',
        points: [
          [1002, 0],
          [1003, 0],
        ],
      },
      {
        name: 'truth',
        points: [
          [1002, 0],
          [1003, 0],
        ],
      },
    ]);
    const sad = charts.find(({ name }) => name === 'walk-sad')!;
    expect(sad.series[0]!.points.map(([frame]) => frame)).toEqual([1001, 1002, 1003]);
    expect(new Set(charts.map(({ name }) => name)).size).toBe(charts.length);
    for (const chart of charts) expect(plotSvg(chart)).toMatch(/^<svg[^]*<\/svg>$/);
  });
});
