import { MatteflowError } from '../core/errors.js';
import type { BandReach } from '../trimap/mask.js';

/** Where a run's trimaps come from: exactly one of `trimaps`, `masks`, `plate` and `autoTrimap`. */
export interface TrimapOptions {
  /** A folder of trimaps named by frame number: keyframes, or one for every frame. */
  readonly trimaps?: string;
  /**
   * A segmentation tool's masks: a folder of PNGs named by frame number, one for every frame or a few that are propagated,
   * or a video with a frame for each of the clip's.
   */
  readonly masks?: string;
  /** The scene without its subject: a picture, or a clip of which the median is taken. */
  readonly plate?: string;
  /** Let a trained network make them. Default false. */
  readonly autoTrimap?: boolean;
  /** The network of `autoTrimap`: a .safetensors file of the model `trimap-unet`. */
  readonly trimapModel?: string;
  /**
   * How far the unknown band is made to reach into the subject and into the background, pixels: from a mask's edge
   * (default 8), or beyond what a plate or a network gives (default 0 and 4). Painted trimaps stay as they are.
   */
  readonly erode?: number;
  readonly dilate?: number;
}

/** Mattes that overrule trimaps, each a picture for all frames, a folder of PNGs by frame number, or a video. */
export interface ForceOptions {
  /** White is background (a garbage matte, or outside mask). In a folder each matte holds until the next. */
  readonly garbage?: string;
  /** White is foreground (a holdout matte of keyers: core, solid or inside mask). It wins over `garbage`. */
  readonly holdout?: string;
}

/** One source of trimaps, with what it needs. */
export type TrimapChoice =
  | { readonly kind: 'painted'; readonly path: string }
  | MaskChoice
  | { readonly kind: 'plate' | 'network'; readonly path: string; readonly reach: BandReach };

export interface MaskChoice {
  readonly kind: 'masks';
  readonly path: string;
  readonly reach: BandReach;
}

/** What to say to whoever has no weights for `autoTrimap`. */
export const HOW_TO_TRAIN =
  'Train one: matteflow train trimap-unet --foregrounds FOLDER --backgrounds FOLDER -o RUN, and name RUN/weights.safetensors';

const DEFAULT_REACH = { masks: 8, plate: 0, network: 4 } as const;
const MOST_REACH = 1000;

/**
 * The source that is asked for.
 *
 * @throws `USAGE` unless it is exactly one, with what belongs to it
 */
export function trimapChoice(options: TrimapOptions): TrimapChoice {
  const { trimaps, masks, plate, autoTrimap = false, trimapModel } = options;
  const given = { trimaps, masks, plate, 'auto-trimap': autoTrimap || undefined };
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  if (names.length !== 1) {
    throw new MatteflowError('USAGE', {
      what: names.length === 0 ? 'trimaps are needed to matte' : 'trimaps can come from one source only',
      seen: names.length === 0 ? 'none' : names.join(' and '),
      expected: 'one of --trimaps, --masks, --plate, --auto-trimap',
    });
  }
  if (trimapModel !== undefined && !autoTrimap) {
    throw new MatteflowError('USAGE', {
      what: '--trimap-model is for --auto-trimap',
      seen: names[0],
      remedy: 'Leave out one of them',
    });
  }
  if (trimaps !== undefined) return paintedChoice(trimaps, options);
  if (masks !== undefined) return { kind: 'masks', path: masks, reach: reachOf(options, 'masks') };
  if (plate !== undefined) return { kind: 'plate', path: plate, reach: reachOf(options, 'plate') };
  return { kind: 'network', path: requireTrimapModel(trimapModel), reach: reachOf(options, 'network') };
}

/** @throws `USAGE`, saying how to train one, when there is none */
function requireTrimapModel(file: string | undefined): string {
  if (file !== undefined) return file;
  throw new MatteflowError('USAGE', {
    what: 'no network that makes trimaps is shipped, and none is named',
    expected: 'a .safetensors file of the model trimap-unet',
    remedy: HOW_TO_TRAIN,
  });
}

/** @throws `USAGE` for a reach out of range */
export function reachOf(
  { erode, dilate }: Pick<TrimapOptions, 'erode' | 'dilate'>,
  kind: keyof typeof DEFAULT_REACH,
): BandReach {
  const reach = { erode: erode ?? DEFAULT_REACH[kind], dilate: dilate ?? DEFAULT_REACH[kind] };
  for (const [name, value] of Object.entries(reach)) {
    if (value >= 0 && value <= MOST_REACH) continue;
    throw new MatteflowError('USAGE', {
      what: `${name} is out of range`,
      seen: String(value),
      expected: `0 to ${MOST_REACH} pixels`,
    });
  }
  return reach;
}

function paintedChoice(path: string, { erode, dilate }: TrimapOptions): TrimapChoice {
  if (erode === undefined && dilate === undefined) return { kind: 'painted', path };
  throw new MatteflowError('USAGE', {
    what: 'painted trimaps are taken as they are',
    seen: '--erode or --dilate with --trimaps',
    remedy: 'Leave it out, or widen the band in the trimaps',
  });
}
