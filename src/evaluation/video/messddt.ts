import type { Flow } from '../../trimap/flow.js';
import type { Size } from '../../trimap/picture.js';
import { requireAlike, type JudgedMatte, type MattePair, type TemporalError } from './temporal.js';

/**
 * How much the error of a matte changes along the motion: the MESSDdt of Erofeev et al., *Perceptually Motivated
 * Benchmark for Video Matting* (BMVC 2015), one pair of frames' share of it. With e = (p − g)², p the matte, g the truth,
 * ′ the later frame and v the motion of the picture: m(x) = |e(x) − e′(x + v(x))|. An error that travels with the
 * subject costs nothing, one that comes and goes does.
 *
 * - `unknown-sum`: Σ m over the unknown region of the earlier frame.
 * - `frame-mean`: 100 × the mean of m over the whole frame. Some papers print 10⁴ × the mean: 100 times this.
 *
 * Readings taken: x + v lies between pixels, so p′ − g′ is interpolated there bilinearly and then squared; pixels that
 * move out of the frame have nothing to be compared with and are left out of both the sum and the mean; v is the optical
 * flow of the source picture, where others have taken that of the foreground or of the truth.
 *
 * A clip's value is the mean over its pairs of frames.
 *
 * @param flow - where each pixel of the earlier frame lies in the later one, pixels of the frame
 * @throws RangeError when the planes differ in size from `size`
 */
export function messddt(pair: MattePair, flow: Flow, size: Size): TemporalError {
  const { earlier, later, unknown } = pair;
  const { width, height } = size;
  requireAlike(pair, width * height);
  let frame = 0;
  let region = 0;
  let compared = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const toX = x + flow.u[i]!;
      const toY = y + flow.v[i]!;
      if (toX < 0 || toX > width - 1 || toY < 0 || toY > height - 1) continue;
      const before = earlier.predicted[i]! - earlier.truth[i]!;
      const after = differenceAt(later, toX, toY, width);
      const change = Math.abs(before * before - after * after);
      frame += change;
      if (unknown[i] !== 0) region += change;
      compared += 1;
    }
  }
  return { 'frame-mean': compared === 0 ? 0 : (100 * frame) / compared, 'unknown-sum': region };
}

/** predicted − truth between pixels, bilinear; (x, y) lies in the frame. */
function differenceAt({ predicted, truth }: JudgedMatte, x: number, y: number, width: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const fx = x - left;
  const fy = y - top;
  const p = top * width + left;
  const right = fx > 0 ? p + 1 : p;
  const down = fy > 0 ? width : 0;
  const upper = (1 - fx) * (predicted[p]! - truth[p]!) + fx * (predicted[right]! - truth[right]!);
  const lower =
    (1 - fx) * (predicted[p + down]! - truth[p + down]!) +
    fx * (predicted[right + down]! - truth[right + down]!);
  return (1 - fy) * upper + fy * lower;
}
