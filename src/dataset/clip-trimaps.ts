import { MatteflowError } from '../core/errors.js';
import { reachOf, type ForceOptions, type TrimapOptions } from '../pipeline/trimap-options.js';
import type { ManifestFields } from './manifest-fields.js';

/** Where a clip's trimaps come from, one of the four, and what overrules them. Paths are relative to the root. */
export interface ClipTrimaps {
  /** A folder of painted trimaps named by frame number: keyframes, or one for every frame. */
  readonly trimaps?: string;
  /** A folder of masks named by frame number, or a video of them. */
  readonly masks?: string;
  /** The scene without its subject: a picture or a video. */
  readonly plate?: string;
  /** The weights of a network that makes them (trimap-unet). */
  readonly autoTrimap?: string;
  /** A picture, folder or video whose white is background. */
  readonly garbage?: string;
  /** One whose white is foreground. */
  readonly holdout?: string;
  /** Pixels, as `matte` has them. */
  readonly erode?: number;
  readonly dilate?: number;
}

const SOURCES = ['trimaps', 'masks', 'plate', 'autoTrimap'] as const;
/** Those that name files. */
const PATHS = [...SOURCES, 'garbage', 'holdout'] as const;
const REACHES = ['erode', 'dilate'] as const;

/** The fields of a manifest's line that say all this. */
export const TRIMAP_FIELDS: readonly string[] = [...PATHS, ...REACHES];

/** What each source is to `reachOf`. */
const REACH_KINDS = { masks: 'masks', plate: 'plate', autoTrimap: 'network' } as const;

/** Pixels, as far as a band may reach. */
const MOST_REACH = 1000;

/**
 * @param path - reads and checks a field that is a path
 * @throws `USAGE` unless there is one source, with what belongs to it
 */
export function readTrimapFields(
  fields: ManifestFields,
  path: (name: string) => string,
  subject: string,
): ClipTrimaps {
  const sources = SOURCES.filter((name) => fields.has(name));
  if (sources.length !== 1) {
    throw new MatteflowError('USAGE', {
      what: sources.length === 0 ? 'trimaps are needed to matte' : 'trimaps can come from one source only',
      seen: sources.length === 0 ? 'none' : sources.map((name) => `"${name}"`).join(' and '),
      expected: `one of ${SOURCES.map((name) => `"${name}"`).join(', ')}`,
      subject,
    });
  }
  const reach = REACHES.filter((name) => fields.has(name));
  if (reach.length > 0 && fields.has('trimaps')) {
    throw new MatteflowError('USAGE', {
      what: 'painted trimaps are taken as they are',
      seen: `"${reach[0]!}" with "trimaps"`,
      remedy: 'Leave it out, or widen the band in the trimaps',
      subject,
    });
  }
  return {
    ...Object.fromEntries(PATHS.filter((name) => fields.has(name)).map((name) => [name, path(name)])),
    ...Object.fromEntries(reach.map((name) => [name, fields.whole(name, 0, MOST_REACH)])),
  };
}

/** The same with every path found by `locate`. */
export async function locateTrimaps(
  trimaps: ClipTrimaps,
  locate: (path: string) => Promise<string>,
): Promise<ClipTrimaps> {
  const { erode, dilate } = trimaps;
  const found: Partial<Record<(typeof PATHS)[number], string>> = {};
  for (const name of PATHS) {
    const path = trimaps[name];
    if (path !== undefined) found[name] = await locate(path);
  }
  return { ...found, ...(erode !== undefined && { erode }), ...(dilate !== undefined && { dilate }) };
}

/** What the trimaps follow from, for a clip's key: files by what they hold, reaches with their defaults. */
export async function trimapContent(
  trimaps: ClipTrimaps,
  hash: (path: string) => Promise<string>,
): Promise<object> {
  const content: Record<string, unknown> = {};
  for (const name of PATHS) {
    const path = trimaps[name];
    if (path !== undefined) content[name] = await hash(path);
  }
  for (const [name, kind] of Object.entries(REACH_KINDS)) {
    if (name in content) content.reach = reachOf(trimaps, kind);
  }
  return content;
}

/** As the pipeline takes it. */
export function trimapOptions({ autoTrimap, ...others }: ClipTrimaps): TrimapOptions & ForceOptions {
  return { ...others, ...(autoTrimap !== undefined && { autoTrimap: true, trimapModel: autoTrimap }) };
}
