import { viewPlanes, viewSeen, type FrameMemory } from '../core/frame.js';
import { fillView } from '../matting/viewing.js';
import { reduceTrimap } from '../trimap/reduce.js';
import type { Size } from '../trimap/picture.js';
import type { MattedPicture } from '../trimap/steady.js';
import { meanPlane, meanPicture } from './frame-picture.js';

/** A matted frame as a smaller picture, its colour as matting sees it. To be called before the subject's colour replaces it. */
export function mattedPicture(memory: FrameMemory, size: Size): MattedPicture {
  const pixels = size.width * size.height;
  const picture = {
    rgb: new Uint8Array(3 * pixels),
    alpha: new Float32Array(pixels),
    trimap: new Uint8Array(pixels),
  };
  const { alpha, trimap } = viewPlanes(memory);
  // Frames without anything unknown come unseen.
  fillView(memory);
  const seen = viewSeen(memory);
  meanPicture(picture.rgb, seen.planes.colour, seen.format, size);
  meanPlane(picture.alpha, alpha, memory.format, size);
  reduceTrimap(picture.trimap, trimap, memory.format, size);
  return picture;
}
