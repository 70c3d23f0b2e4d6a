import { MatteflowError } from '../core/errors.js';
import { allocateFrame, viewPlanes } from '../core/frame.js';
import { fillColour, readImage } from '../ingest/read-image.js';
import { reduceTrimap } from '../trimap/reduce.js';
import { allKnownError, readTrimap, unknownCount } from '../trimap/trimap.js';
import type { KeyframeInput } from './live-worker.js';
import { reduceColour, reducedSize } from './reduced-picture.js';

/** A painted keyframe, ready for streams of its own size. */
export interface PaintedKeyframe extends KeyframeInput {
  /** Of the picture as it was painted, pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Reads a picture and its painted trimap.
 *
 * @throws MatteflowError `INPUT_MISSING`, `INPUT_NOT_MEDIA`, `TRIMAP_MISSING`, `TRIMAP_INVALID`, `TRIMAP_SIZE`,
 *   `TRIMAP_ALL_KNOWN`
 */
export async function readKeyframe(picturePath: string, trimapPath: string): Promise<PaintedKeyframe> {
  const image = await readImage(picturePath);
  const { format } = image;
  const painted = await readTrimap(trimapPath, format);
  if (unknownCount(painted) === 0) throw allKnownError(trimapPath);
  const planes = viewPlanes(allocateFrame(format, 0));
  fillColour(planes, image);
  const reduced = reducedSize(format);
  const rgb = new Uint8ClampedArray(3 * reduced.width * reduced.height);
  reduceColour(rgb, planes, format);
  const trimap = new Uint8Array(reduced.width * reduced.height);
  reduceTrimap(trimap, painted, format, reduced);
  const { width, height } = format;
  return { rgb: new Uint8Array(rgb.buffer), trimap, width, height };
}

/** What to say where the stream is not of the keyframe's size. */
export function keyframeSizeError(
  { width, height }: PaintedKeyframe,
  stream: { readonly width: number; readonly height: number },
): MatteflowError {
  return new MatteflowError('TRIMAP_SIZE', {
    what: 'the keyframe is not of the size of the stream',
    seen: `${width}×${height}`,
    expected: `${stream.width}×${stream.height}`,
    remedy: 'Paint a picture of this stream, or capture a plate',
  });
}
