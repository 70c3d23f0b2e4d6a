import type { FramePlanes } from '../core/frame.js';
import type { Stage1Carry } from './merge.js';
import { clip } from './rgb-matrix.js';
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
  // From here on the smaller plane holds the correction.
  if (options.prior) subtract(small.stage1, small.prior);
  const everywhere = options.carry === 'logit';
  for (let y = 0; y < frame.height; y += 1) {
    const row = y * frame.width;
    const above = rows.before[y]! * reduced.width;
    const below = rows.after[y]! * reduced.width;
    const down = rows.share[y]!;
    for (let x = 0; x < frame.width; x += 1) {
      const at = row + x;
      if (!everywhere && trimap[at] !== 128) {
        stage1[at] = trimap[at] === 255 ? 1 : 0;
        continue;
      }
      const value = bilinear(
        small.stage1,
        above,
        below,
        columns.before[x]!,
        columns.after[x]!,
        columns.share[x]!,
        down,
      );
      if (everywhere) stage1[at] = value;
      else stage1[at] = clip(options.prior ? value + prior[at]! : value);
    }
  }
}

function subtract(dst: Float32Array, src: Float32Array): void {
  for (let at = 0; at < dst.length; at += 1) dst[at] = dst[at]! - src[at]!;
}

/** Rows `above` and `below` at columns `left` and `right`; `across` and `down` are the shares of the later ones. */
function bilinear(
  src: Float32Array,
  above: number,
  below: number,
  left: number,
  right: number,
  across: number,
  down: number,
): number {
  const top = src[above + left]! + across * (src[above + right]! - src[above + left]!);
  const bottom = src[below + left]! + across * (src[below + right]! - src[below + left]!);
  return top + down * (bottom - top);
}
