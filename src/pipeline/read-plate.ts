import type { Ffmpeg } from '../ffmpeg/tools.js';
import { openClip } from '../ingest/clip.js';
import { readPictures } from '../ingest/read-pictures.js';
import { allocateFrame, viewPlanes } from '../core/frame.js';
import { fillColour, readImage } from '../ingest/read-image.js';
import { requireShape } from '../trimap/mask.js';
import type { Size } from '../trimap/picture.js';
import { denoisePlate } from '../trimap/plate-denoise.js';
import { medianPlate } from '../trimap/plate-median.js';
import { framePicture } from './frame-picture.js';
import { trackKind } from './grey-track.js';

/** Frames of a plate clip that the median is taken of, spread over its length. */
const MEDIAN_OF = 15;
/** A median of fewer has grain of its own. */
const QUIET = 5;

/**
 * Reads a clean plate, a picture or a clip of the empty scene, with as little grain as can be had.
 *
 * @param frame - the size of the frames it is for
 * @param size - to bring it to
 * @returns interleaved R′G′B′, 0..255
 * @throws `INPUT_MISSING`, `INPUT_NOT_MEDIA`, `TRIMAP_SIZE` for another shape, and what opening and decoding a clip throws
 */
export async function readPlate(
  ffmpeg: Ffmpeg,
  path: string,
  frame: Size,
  size: Size,
  signal: AbortSignal,
): Promise<Float32Array> {
  if ((await trackKind(path)) === 'still') return readStill(path, frame, size);
  const clip = await openClip(ffmpeg, path, { signal });
  requireShape(clip.format, frame, path);
  const every = Math.max(1, Math.floor(clip.frameCount / MEDIAN_OF));
  const pictures: Uint8Array[] = [];
  for await (const { index, rgb } of readPictures(ffmpeg, clip, size, signal)) {
    if (index % every === 0 && pictures.length < MEDIAN_OF) pictures.push(rgb);
  }
  const plate = medianPlate(pictures, size);
  if (pictures.length < QUIET) denoisePlate(plate, size);
  return plate;
}

async function readStill(path: string, frame: Size, size: Size): Promise<Float32Array> {
  const image = await readImage(path);
  requireShape(image.format, frame, path);
  const memory = allocateFrame(image.format, 0);
  fillColour(viewPlanes(memory), image);
  const rgb = new Uint8Array(3 * size.width * size.height);
  framePicture(rgb, memory, size);
  const plate = Float32Array.from(rgb);
  denoisePlate(plate, size);
  return plate;
}
