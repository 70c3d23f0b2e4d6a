import { access } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { FramePool } from '../core/frame-pool.js';
import type { FrameFormat, Samples } from '../core/frame.js';
import { rational } from '../core/rational.js';
import { STILL_OPTIONS } from '../ffmpeg/input-options.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { clipOfPictures } from './picture-clip.js';
import { pictureFacts } from './picture-kind.js';
import { readFrames } from './read-frames.js';
import type { ImagePixels } from './read-image.js';

/** Pictures of film, which are decoded as those of a clip are. */
const FILM_PICTURE: ReadonlySet<string> = new Set(['.exr', '.dpx']);

/** Whether a picture is one that `readStill` reads, by its name. */
export function isFilmPicture(path: string): boolean {
  return FILM_PICTURE.has(extname(path).toLowerCase());
}

/** A picture, with what a person should know of it: one sentence each. */
export interface ReadStill extends ImagePixels {
  readonly notices: readonly string[];
}

/**
 * Reads one EXR or DPX as clips of them are read: float light of EXRs, values beyond 0..1 included; DPX at its depth.
 *
 * @throws MatteflowError `INPUT_MISSING`, `INPUT_DAMAGED`, `INPUT_UNSUPPORTED`, `ABORTED`
 */
export async function readStill(ffmpeg: Ffmpeg, path: string, signal: AbortSignal): Promise<ReadStill> {
  await access(path).catch((cause: unknown) => {
    throw new MatteflowError('INPUT_MISSING', { what: 'there is no such file', subject: path, cause });
  });
  const { notices } = await pictureFacts(path);
  const still = {
    ...{ path, notices, source: resolve(path), options: STILL_OPTIONS, deinterlace: false },
    ...{ firstNumber: 0, frameCount: 1, whole: { firstNumber: 0, frameCount: 1 }, frameRate: rational(1) },
  };
  const clip = await clipOfPictures(ffmpeg, still, signal);
  const pool = new FramePool(clip.format, { size: 1, packedBytes: 0 });
  let samples: Samples | undefined;
  for await (const frame of readFrames(ffmpeg, clip, pool, signal)) {
    try {
      samples = interleaved(frame.planes.colour, clip.format);
    } finally {
      frame.release();
    }
  }
  // Any other number of frames than one has been refused as damage.
  return { format: clip.format, samples: samples!, notices: clip.notices };
}

function interleaved([first, second, third]: readonly Samples[], { depth }: FrameFormat): Samples {
  const count = 3 * first!.length;
  const samples =
    depth === 'float'
      ? new Float32Array(count)
      : depth === 8
        ? new Uint8Array(count)
        : new Uint16Array(count);
  for (let i = 0, at = 0; i < first!.length; i++, at += 3) {
    samples[at] = first![i]!;
    samples[at + 1] = second![i]!;
    samples[at + 2] = third![i]!;
  }
  return samples;
}
