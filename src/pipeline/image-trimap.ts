import { MatteflowError } from '../core/errors.js';
import { forceTrimap } from '../trimap/force.js';
import { maskTrimap, readMask } from '../trimap/mask.js';
import type { Size } from '../trimap/picture.js';
import { readTrimap } from '../trimap/trimap.js';
import { reachOf, type ForceOptions, type TrimapOptions } from './trimap-options.js';

/** Where an image's trimap comes from: one of `trimap` and `mask`. */
export interface ImageTrimapOptions extends ForceOptions, Pick<TrimapOptions, 'erode' | 'dilate'> {
  readonly trimap?: string;
  /** A segmentation tool's mask; `erode` and `dilate` are of its edge. */
  readonly mask?: string;
}

/**
 * The trimap of one image.
 *
 * @throws `USAGE` unless there is one source; what reading the files throws
 */
export async function imageTrimap(options: ImageTrimapOptions, size: Size): Promise<Uint8Array> {
  const trimap = await chosenTrimap(options, size);
  const { garbage, holdout } = options;
  forceTrimap(trimap, {
    garbage: garbage === undefined ? undefined : (await readMask(garbage, size)).mask,
    holdout: holdout === undefined ? undefined : (await readMask(holdout, size)).mask,
  });
  return trimap;
}

async function chosenTrimap(options: ImageTrimapOptions, size: Size): Promise<Uint8Array> {
  const { trimap, mask, erode, dilate } = options;
  if ((trimap === undefined) === (mask === undefined)) {
    throw new MatteflowError('USAGE', {
      what: trimap === undefined ? 'a trimap is needed to matte' : 'a trimap can come from one source only',
      seen: trimap === undefined ? 'none' : '--trimap and --mask',
      expected: 'one of --trimap, --mask',
    });
  }
  if (mask === undefined) {
    if (erode !== undefined || dilate !== undefined) {
      throw new MatteflowError('USAGE', {
        what: 'a painted trimap is taken as it is',
        seen: '--erode or --dilate with --trimap',
        remedy: 'Leave it out, or widen the band in the trimap',
      });
    }
    return readTrimap(trimap!, size);
  }
  const read = await readMask(mask, size);
  const made = new Uint8Array(read.mask.length);
  maskTrimap(made, read.mask, size, reachOf(options, 'masks'));
  return made;
}
