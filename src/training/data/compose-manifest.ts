import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asError, MatteflowError } from '../../core/errors.js';
import { publishFiles } from '../../output/publish-files.js';

/** The parts of a composite. */
type Part = 'image' | 'trimap' | 'alpha';

export type ComposedLayout = 'plain' | 'composition-1k';

/** What the folders of a composed data set are called: plainly, or as Composition-1k's are. */
export const COMPOSED_LAYOUTS: Readonly<Record<ComposedLayout, Readonly<Record<Part, string>>>> = {
  plain: { image: 'image', trimap: 'trimap', alpha: 'alpha' },
  'composition-1k': { image: 'merged', trimap: 'trimaps', alpha: 'alpha_copy' },
};

const MANIFEST = 'composed.json';

/** All that a composed data set follows from. */
export interface ComposeSettings {
  readonly seed: number;
  readonly perForeground: number;
  readonly trimapWidth: readonly [number, number];
  /** Absent for the plain one. */
  readonly layout?: ComposedLayout;
  /** Names of pictures, in order. */
  readonly foregrounds: readonly string[];
  readonly backgrounds: readonly string[];
}

/**
 * Makes the folders. What the data set is made of is written down first, so that a second run can tell whether it
 * continues it.
 *
 * @throws `OUTPUT_EXISTS` when something else was begun there; `OUTPUT_UNWRITABLE`
 */
export async function openManifest(output: string, settings: ComposeSettings): Promise<void> {
  const text = `${JSON.stringify(settings, undefined, 1)}\n`;
  const path = join(output, MANIFEST);
  const there = await readFile(path, 'utf8').catch(() => undefined);
  if (there === text) return;
  if (there !== undefined) {
    throw new MatteflowError('OUTPUT_EXISTS', {
      what: 'the data set there was composed of other pictures or with other settings',
      remedy: `Choose another folder, or use what ${path} says`,
      subject: output,
    });
  }
  try {
    for (const folder of Object.values(COMPOSED_LAYOUTS[settings.layout ?? 'plain'])) {
      await mkdir(join(output, folder), { recursive: true });
    }
  } catch (cause) {
    throw new MatteflowError('OUTPUT_UNWRITABLE', {
      what: 'the folder cannot be made',
      seen: asError(cause).message,
      subject: output,
      cause,
    });
  }
  await publishFiles([{ path, content: text }], false);
}
