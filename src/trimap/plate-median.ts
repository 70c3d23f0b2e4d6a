import type { Size } from './picture.js';
import { warpPlate } from './plate-homography.js';
import { PlateTracker } from './plate-tracker.js';

/**
 * One clean plate of several pictures: the median of each sample over those that show the place, so that grain and what
 * passed through the scene drop out. Pictures are registered to the first, so the camera may have moved a little.
 *
 * @param pictures - interleaved R′G′B′; one or more
 * @returns interleaved R′G′B′, 0..255
 */
export function medianPlate(pictures: readonly Uint8Array[], size: Size): Float32Array {
  const [first, ...others] = pictures as [Uint8Array, ...Uint8Array[]];
  const covered = new Uint8Array(size.width * size.height);
  const aligned = [Float32Array.from(first)];
  for (const picture of others) {
    const source = Float32Array.from(picture);
    const { homography } = new PlateTracker(source, size).next(first);
    const placed = new Float32Array(source.length);
    warpPlate(placed, covered, source, homography, size);
    covered.forEach((there, i) => {
      if (there === 0) placed.fill(NaN, 3 * i, 3 * i + 3);
    });
    aligned.push(placed);
  }
  const values = new Float64Array(aligned.length);
  return aligned[0]!.map((_, i) => {
    let count = 0;
    for (const { [i]: value } of aligned) if (!Number.isNaN(value)) values[count++] = value!;
    const sorted = values.subarray(0, count).sort();
    return (sorted[(count - 1) >> 1]! + sorted[count >> 1]!) / 2;
  });
}
