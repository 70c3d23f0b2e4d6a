import { identity } from './plate-homography.js';
import type { Luma } from './plate-luma.js';
import type { PlateFit } from './plate-step.js';

/** How far the camera may have turned since the plate was shot, as a share of the picture on either axis. */
const REACH = 0.25;
/** Difference of the logarithm of luma that counts no more than a larger one. */
const TRUNCATION = 0.2;
/** Added to luma before its logarithm is taken, so that black does not count for everything. */
const BLACK = 8;
/** Places of the histogram of exposures, from half to double. */
const EXPOSURES = 56;

/**
 * The shift, of whole pixels of two small pictures, at which most of the frame looks like the plate at one exposure: for
 * every shift the most frequent ratio of brightness is taken, and differences from it are summed up to a limit, so that
 * half of the frame may be something else.
 */
export function searchShift(frame: Luma, plate: Luma): PlateFit {
  const { width, height } = frame;
  const here = frame.values.map((value) => Math.log(value + BLACK));
  const there = plate.values.map((value) => Math.log(value + BLACK));
  const [reachX, reachY] = [Math.floor(REACH * width), Math.floor(REACH * height)];
  const differences = new Float32Array(here.length);
  let best = { cost: Infinity, x: 0, y: 0, exposure: 0 };
  for (let dy = -reachY; dy <= reachY; dy++) {
    for (let dx = -reachX; dx <= reachX; dx++) {
      const count = overlap(differences, here, there, frame, dx, dy);
      const exposure = mostFrequent(differences, count);
      let sum = 0;
      for (let i = 0; i < count; i++) sum += Math.min(TRUNCATION, Math.abs(differences[i]! - exposure));
      // What the plate does not cover counts as half explained, or a shift out of the picture would be best.
      const cost = sum + (0.5 * TRUNCATION + 0.001 * Math.hypot(dx, dy)) * (here.length - count);
      if (cost < best.cost) best = { cost, x: dx, y: dy, exposure };
    }
  }
  const homography = identity();
  homography[2] = (2 * best.x) / width;
  homography[5] = (2 * best.y) / width;
  return { homography, gain: Math.exp(best.exposure), offset: 0, agreement: 0 };
}

/** frame − plate where both are, in logarithms. */
function overlap(
  dst: Float32Array,
  here: Float32Array,
  there: Float32Array,
  { width, height }: Luma,
  dx: number,
  dy: number,
): number {
  let count = 0;
  for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
    for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++) {
      dst[count++] = here[y * width + x]! - there[(y + dy) * width + x + dx]!;
    }
  }
  return count;
}

function mostFrequent(differences: Float32Array, count: number): number {
  const histogram = new Int32Array(EXPOSURES + 2);
  const unit = (2 * Math.LN2) / EXPOSURES;
  for (let i = 0; i < count; i++) {
    const place = Math.round((differences[i]! + Math.LN2) / unit);
    if (place >= 0 && place <= EXPOSURES) histogram[place]! += 1;
  }
  let best = EXPOSURES / 2;
  let most = 0;
  for (let place = 0; place <= EXPOSURES; place++) {
    const sum = (histogram[place - 1] ?? 0) + 2 * histogram[place]! + histogram[place + 1]!;
    if (sum > most) [most, best] = [sum, place];
  }
  return best * unit - Math.LN2;
}
