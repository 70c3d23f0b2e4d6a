/** The worker thread that makes each frame's trimap of the frame itself: by a clean plate or a network. */
import { workerData } from 'node:worker_threads';
import { viewPlanes, type FrameFormat, type FrameMemory } from '../core/frame.js';
import { coreCount, task, type Task } from '../core/thread.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { enlargeRows, smoothTrimap } from '../trimap/enlarge.js';
import { widenTrimap, type BandReach } from '../trimap/mask.js';
import { PlateTrimaps } from '../trimap/plate.js';
import { framePicture, reducedTo } from './frame-picture.js';
import { readPlate } from './read-plate.js';
import { openTrimapNetwork } from './trimap-network.js';

export interface MadeTrimapSetup {
  readonly ffmpeg: Ffmpeg;
  readonly format: FrameFormat;
  readonly kind: 'plate' | 'network';
  /** The plate, or the file of weights. */
  readonly path: string;
  /** Pixels of the clip. */
  readonly reach: BandReach;
  readonly engine: 'auto' | 'onnx' | 'tfjs';
  readonly device: string;
}

/** Longest side of the pictures that are compared with a plate, and of those a network sees, pixels. */
const LONG_SIDE = { plate: 960, network: 512 } as const;

const { ffmpeg, format, kind, path, reach, engine, device } = workerData as MadeTrimapSetup;
const size = reducedTo(LONG_SIDE[kind], format);
const rgb = new Uint8Array(3 * size.width * size.height);
const trimap = new Uint8Array(size.width * size.height);

interface Maker {
  /** Fills `trimap` from `rgb`; returns a confidence of 0..1. */
  make(): number | Promise<number>;
  close(): Promise<void>;
}
let maker: Maker | undefined;

/** Reads the plate, or loads the network. */
export const open: Task<undefined, void> = task(async () => {
  maker = kind === 'plate' ? await byPlate() : await byNetwork();
});

/** Fills a frame's trimap plane; frames come in order. Returns how sure it is, 0..1. */
export const fill: Task<FrameMemory, number> = task(async (memory) => {
  if (!maker) throw new Error('trimaps are asked for before they are opened');
  framePicture(rgb, memory, size);
  const confidence = await maker.make();
  const scale = size.width / format.width;
  widenTrimap(trimap, size, { erode: reach.erode * scale, dilate: reach.dilate * scale });
  const dst = viewPlanes(memory).trimap;
  if (scale === 1) dst.set(trimap);
  else enlargeRows(dst, smoothTrimap(trimap, size), format, [0, format.height]);
  return confidence;
});

export const close: Task<undefined, void> = task(async () => {
  await maker?.close();
  maker = undefined;
});

async function byPlate(): Promise<Maker> {
  const plate = await readPlate(ffmpeg, path, format, size, new AbortController().signal);
  const trimaps = new PlateTrimaps(plate, size);
  return {
    make: () => {
      const made = trimaps.next(rgb);
      trimap.set(made.trimap);
      return made.confidence;
    },
    close: () => Promise.resolve(),
  };
}

async function byNetwork(): Promise<Maker> {
  const network = await openTrimapNetwork(path, { engine, device, threads: coreCount() });
  return { make: () => network.run(trimap, rgb, size), close: () => network.dispose() };
}
