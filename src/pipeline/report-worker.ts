/** The worker thread that looks at finished frames for a run's report. Stateless but for scratch memory. */
import sharp from 'sharp';
import { workerData } from 'node:worker_threads';
import { viewPlanes, type FrameFormat, type FrameMemory } from '../core/frame.js';
import { task, type Task } from '../core/thread.js';
import { packRgba } from '../output/pack.js';
import { isCut } from '../trimap/cut.js';
import { flickerAlongMotion } from '../trimap/flicker.js';
import { MotionEstimator } from '../trimap/frame-motion.js';
import { unknownCount } from '../trimap/trimap.js';
import { reducedTo } from './frame-picture.js';
import { mattedPicture } from './matted-picture.js';
import type { FramePictures, FrameReport } from './run-report.js';

/** What is kept of a frame to compare the next one with. */
export interface SeenFrame {
  /** Interleaved R′G′B′, reduced. */
  readonly rgb: Uint8Array;
  /** 255 for 1. */
  readonly alpha: Uint8Array;
}

export interface ObserveInput {
  readonly memory: FrameMemory;
  /** The frame before, if it is known. */
  readonly before: SeenFrame | undefined;
}

export interface Observation extends Pick<FrameReport, 'flicker' | 'unknown' | 'cut'> {
  readonly seen: SeenFrame;
}

/** Longest side of the pictures that are compared and shown, pixels. */
const LONG_SIDE = 320;
/** A square of the checkerboard, pixels; its greys. */
const SQUARE = 8;
const GREYS = [102, 153] as const;

const format = workerData as FrameFormat;
const size = reducedTo(LONG_SIDE, format);
const motion = new MotionEstimator(size);
const scratch = new Float32Array(size.width * size.height);

/** Measures a frame before the subject's colour replaces that of the picture. */
export const observe: Task<ObserveInput, Observation> = task(({ memory, before }) => {
  const { rgb, alpha, trimap } = mattedPicture(memory, size);
  const seen = { rgb, alpha: Uint8Array.from(alpha, (value) => Math.round(255 * value)) };
  const unknown = unknownCount(viewPlanes(memory).trimap) / (format.width * format.height);
  const cut = before !== undefined && isCut(before.rgb, rgb, size);
  if (!before || cut) return { unknown, cut, seen };
  const { backward } = motion.between(before.rgb, rgb);
  const here = { alpha: unit(seen.alpha), trimap };
  const flicker = flickerAlongMotion(here, unit(before.alpha), backward, size, scratch);
  return { unknown, cut, seen, ...(flicker !== undefined && { flicker }) };
});

/** Pictures of a finished frame. */
export const pictures: Task<{ memory: FrameMemory; rgb: Uint8Array }, FramePictures> = task(
  async ({ memory, rgb }) => {
    const planes = viewPlanes(memory);
    const words = new Uint16Array(4 * planes.alpha.length);
    packRgba(words, planes, format);
    const rgba = Uint8Array.from(words, (word) => word >> 8);
    const { width, height } = format;
    const small = await sharp(rgba, { raw: { width, height, channels: 4 } })
      .resize(size.width, size.height, { fit: 'fill' })
      .raw()
      .toBuffer();
    const raw = { ...size, channels: 4 } as const;
    const [source, alpha, cutOut] = await Promise.all(
      [
        sharp(rgb, { raw: { ...size, channels: 3 } }),
        sharp(small, { raw }).extractChannel(3),
        sharp(checkerboard(), { raw: { ...size, channels: 1 } })
          .toColourspace('srgb')
          .composite([{ input: small, raw }]),
      ].map(async (picture) => (await picture.webp({ quality: 80 }).toBuffer()).toString('base64')),
    );
    return { source: source!, alpha: alpha!, cutOut: cutOut! };
  },
);

function unit(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (value) => value / 255);
}

function checkerboard(): Uint8Array {
  return Uint8Array.from({ length: size.width * size.height }, (_, i) => {
    const column = Math.floor((i % size.width) / SQUARE);
    const row = Math.floor(Math.floor(i / size.width) / SQUARE);
    return GREYS[(row + column) % 2]!;
  });
}
