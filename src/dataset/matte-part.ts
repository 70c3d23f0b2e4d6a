import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { stageOutput } from '../output/publish.js';
import { matteSegments } from '../pipeline/matte-video.js';
import type { MatteVideoOptions } from '../pipeline/options.js';
import type { MattedPart, PartOfRun } from '../pipeline/part-output.js';
import { readRecordFile } from './read-record.js';

/** A finished part of a clip, in its folder. */
export interface FinishedPart extends MattedPart {
  readonly folder: string;
}

/** Tells what a part's folder holds. */
const RECORD = 'part.json';

/**
 * Makes a part of a long clip in a folder, unless it is there. The folder is made under a name of this attempt's own, synced,
 * and given its name, which one attempt can do; the others take what is there.
 *
 * @throws as `matteSegments` does
 */
export async function mattePart(
  options: MatteVideoOptions,
  folder: string,
  segments: Pick<PartOfRun, 'first' | 'count'>,
): Promise<FinishedPart> {
  const before = await readPart(folder);
  if (before) return before;
  try {
    const staged = await stageOutput(folder, { kind: 'folder', overwrite: false });
    try {
      const part = await matteSegments(options, { ...segments, folder: staged.temporary });
      await writeFile(join(staged.temporary, RECORD), JSON.stringify(part));
      await staged.publish();
      return { ...part, folder };
    } finally {
      await staged.discard();
    }
  } catch (error) {
    const other = isTaken(error) ? await readPart(folder) : undefined;
    if (other) return other;
    throw error;
  }
}

/** A part that an attempt has finished; undefined when there is none. @throws `INPUT_DAMAGED` */
async function readPart(folder: string): Promise<FinishedPart | undefined> {
  const words = {
    what: 'what is known of a part of the clip cannot be read',
    remedy: 'Remove its folder: it is then made again',
  };
  const part = (await readRecordFile(join(folder, RECORD), words)) as MattedPart | undefined;
  return part && { ...part, folder };
}

function isTaken(error: unknown): boolean {
  return error instanceof MatteflowError && error.code === 'OUTPUT_EXISTS';
}
