import type { FramePlanes } from '../core/frame.js';
import type { Stage1Carry } from './merge.js';
import type { ReducedSize } from './reduce.js';
import type { Size } from './tiles.js';

/** Four neighbours of the smaller plane and their shares of one pixel. */
interface Neighbours {
  /** Index of the neighbour before and after, on one axis. */
  readonly before: Int32Array;
  readonly after: Int32Array;
  /** Share of the one after, 0..1. */
  readonly share: Float32Array;
}

/** Bilinear interpolation along one axis: half-pixel centres, edges replicated. */
function neighbours(length: number, reduced: number, scale: number): Neighbours {
  const axis = {
    before: new Int32Array(length),
    after: new Int32Array(length),
    share: new Float32Array(length),
  };
  for (let at = 0; at < length; at += 1) {
    const position = Math.min(Math.max((at + 0.5) / scale - 0.5, 0), reduced - 1);
    axis.before[at] = Math.floor(position);
    axis.after[at] = Math.min(Math.floor(position) + 1, reduced - 1);
    axis.share[at] = position - Math.floor(position);
  }
  return axis;
}

/**
 * Brings what stage 1 found on a smaller copy of the frame up to the frame's size, into `planes.stage1`.
 *
 * Bilinear; with a prior, which is there at both sizes, only the network's *correction* of it is interpolated, so that
 * the prior's detail stays (joint upsampling in the sense of Kopf et al., SIGGRAPH 2007, with the difference to a guide
 * as the carrier). As alpha, unknown pixels are clipped to 0..1 and known ones exactly 0 or 1; logits are interpolated
 * everywhere.
 *
 * @param small - planes of the smaller copy: `stage1` finished (`finishStage1`), `prior` if the model reads one
 */
export function enlargeStage1(
  planes: FramePlanes,
  frame: Size,
  small: FramePlanes,
  reduced: ReducedSize,
  options: { readonly carry: Stage1Carry; readonly prior: boolean },
): void {
  const { stage1, trimap, prior } = planes;
  const columns = neighbours(frame.width, reduced.width, reduced.scale);
  const rows = neighbours(frame.height, reduced.height, reduced.scale);
  const source = small.stage1;
  // From here on the smaller plane holds the correction.
  if (options.prior)
    for (let at = 0; at < source.length; at += 1) source[at] = source[at]! - small.prior[at]!;

  const interpolated = (x: number, y: number): number => {
    const top = rows.before[y]! * reduced.width;
    const bottom = rows.after[y]! * reduced.width;
    const [left, right, across] = [columns.before[x]!, columns.after[x]!, columns.share[x]!];
    const above = source[top + left]! + across * (source[top + right]! - source[top + left]!);
    const below = source[bottom + left]! + across * (source[bottom + right]! - source[bottom + left]!);
    return above + rows.share[y]! * (below - above);
  };
  for (let y = 0, at = 0; y < frame.height; y += 1) {
    for (let x = 0; x < frame.width; x += 1, at += 1) {
      if (options.carry === 'logit') {
        stage1[at] = interpolated(x, y);
      } else if (trimap[at] === 128) {
        const alpha = interpolated(x, y) + (options.prior ? prior[at]! : 0);
        stage1[at] = alpha > 0 ? (alpha < 1 ? alpha : 1) : 0;
      } else {
        stage1[at] = trimap[at] === 255 ? 1 : 0;
      }
    }
  }
}
