import { allocateFrame, viewPlanes } from '../../core/frame.js';
import { fillColour, type Image } from '../../ingest/read-image.js';
import { allocateForeground, estimateForeground } from '../../matting/foreground.js';

/**
 * The subject alone: its own colour, as estimated for this matte, and straight alpha. What an editor would lay over
 * something else, so errors look as they would there.
 *
 * @param alpha - 0..1, row-major, the image's size
 * @returns R′G′B′A interleaved, 8 bits a sample; all 0 where alpha is
 */
export function cutOut(image: Image, alpha: Float32Array): Uint8Array {
  const { format } = image;
  const planes = viewPlanes(allocateFrame(format, 0));
  fillColour(planes, image);
  planes.alpha.set(alpha);
  estimateForeground(planes, format, allocateForeground(format));
  const [red, green, blue] = planes.colour;
  const scale = 255 / (2 ** format.depth - 1);
  const picture = new Uint8Array(4 * alpha.length);
  for (let i = 0, at = 0; i < alpha.length; i++, at += 4) {
    if (alpha[i] === 0) continue;
    picture[at] = scale * red[i]! + 0.5;
    picture[at + 1] = scale * green[i]! + 0.5;
    picture[at + 2] = scale * blue[i]! + 0.5;
    picture[at + 3] = Math.round(255 * alpha[i]!);
  }
  return picture;
}
