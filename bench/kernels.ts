import { percent } from './figures.js';
import { spread } from './interleave.js';
import type { BenchResult, Table } from './result.js';
import { madeClip } from '../fixtures/clip.js';
import { keyframeTrimap } from '../fixtures/trimap.js';
import {
  allocateFrame,
  viewPlanes,
  type FrameFormat,
  type FrameMemory,
  type Samples,
} from '../src/core/frame.js';
import { compactModel } from '../src/matting/networks/compact.js';
import { packedSize, type Packing } from '../src/output/pack.js';
import { foreground, pack, plan, prior } from '../src/pipeline/kernel-worker.js';

const SIZES = [
  [640, 360],
  [1280, 720],
  [1920, 1080],
] as const;

const FRAMES = 2;
const ROUNDS = 7;

const PACKING: Packing = { pixelFormat: 'yuva444p10le', premultiplied: false };

const { margins, multiple } = compactModel({});
const PLANS = {
  stage1: { tile: 1024, margin: margins.stage1, feather: 16, multiple },
  stage2: { height: 24, longest: 512, margin: margins.stage2 },
};

/** One frame in the memory the pipeline would hold it in, with its exact matte for what the networks would find. */
interface BenchFrame {
  readonly memory: FrameMemory;
  readonly alpha: Float32Array;
  readonly colour: readonly Samples[];
}

/**
 * Milliseconds a frame and nanoseconds an unknown pixel of the kernels that run once a frame, as their threads run them:
 * a made clip, 8-bit Y′CbCr, its own trimaps, ProRes 4444's picture. Medians, without the first round.
 */
export async function benchKernels(): Promise<BenchResult> {
  const tables: Table[] = [];
  // One size after the other: a thread keeps its scratch memory for one frame format.
  for (const [width, height] of SIZES) {
    const frames = await drawFrames(width, height);
    for (const frame of frames) await runKernels(frame, new Map());
    const seconds = new Map<string, number[]>();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const frame of frames) await runKernels(frame, seconds);
    }
    const unknown = frames.reduce((sum, { memory }) => sum + unknownPixels(memory), 0) / FRAMES;
    tables.push({
      title: `${width}×${height}, ${percent(unknown / (width * height))} unknown`,
      columns: ['kernel', 'ms a frame', 'ns an unknown pixel'],
      rows: [...seconds].map(([kernel, times]) => {
        const { median } = spread(times);
        return [kernel, (1e3 * median).toFixed(2), ((1e9 * median) / unknown).toFixed(0)];
      }),
    });
  }
  return { tables };
}

async function runKernels(
  { memory, alpha, colour }: BenchFrame,
  seconds: Map<string, number[]>,
): Promise<void> {
  const planes = viewPlanes(memory);
  planes.colour.forEach((plane, k) => plane.set(colour[k]!));
  const outcomes = {
    plan: await plan({ memory, plans: PLANS }),
    prior: await prior({ memory, kind: 'quarter' }),
    // The plan has emptied the matte, which the networks fill.
    foreground: (planes.alpha.set(alpha), await foreground({ memory, method: 'fine' })),
    pack: await pack({ memory, packing: PACKING }),
  };
  for (const [kernel, outcome] of Object.entries(outcomes)) {
    if ('failure' in outcome) throw new Error(`${kernel}: ${outcome.failure.parts.what}`);
    seconds.set(kernel, [...(seconds.get(kernel) ?? []), outcome.seconds]);
  }
}

async function drawFrames(width: number, height: number): Promise<BenchFrame[]> {
  const format: FrameFormat = {
    width,
    height,
    model: 'yuv',
    depth: 8,
    tags: { matrix: 'bt709', range: 'tv' },
    sampleAspect: { num: 1, den: 1 },
  };
  const clip = madeClip('soft', { width, height, frames: FRAMES, seed: 7 });
  const frames: BenchFrame[] = [];
  for (let index = 0; index < FRAMES; index += 1) {
    const { rgb, alpha } = await clip.frame(index);
    const memory = allocateFrame(format, packedSize(format, PACKING));
    const planes = viewPlanes(memory);
    planes.trimap.set(keyframeTrimap(alpha, format));
    convert(planes.colour, rgb);
    const colour = planes.colour.map((plane) => plane.slice());
    frames.push({ memory, alpha: Float32Array.from(alpha, (value) => value / 255), colour });
  }
  return frames;
}

/** 8-bit R′G′B′ to BT.709 video levels. */
function convert([luma, blue, red]: readonly Samples[], rgb: Uint8Array): void {
  for (let at = 0; at < luma!.length; at += 1) {
    const [r, g, b] = [rgb[3 * at]! / 255, rgb[3 * at + 1]! / 255, rgb[3 * at + 2]! / 255];
    const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    luma![at] = Math.round(16 + 219 * y);
    blue![at] = Math.round(128 + (224 * (b - y)) / 1.8556);
    red![at] = Math.round(128 + (224 * (r - y)) / 1.5748);
  }
}

function unknownPixels(memory: FrameMemory): number {
  return viewPlanes(memory).trimap.reduce((sum, value) => sum + Number(value === 128), 0);
}
