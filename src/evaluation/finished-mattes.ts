import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { putKnown } from './put-known.js';
import { readAlpha } from './read-alpha.js';
import type { Method } from './results.js';
import { misfit } from './sets/check-sizes.js';
import { listPictures, type PathsByStem, type PictureFiles, type Problem } from './sets/picture-files.js';

/** Mattes that another program has made: a file a picture, under the picture's name. */
export interface FinishedMattes {
  readonly method: Method;
  /** Finds each picture's matte; a problem for each that has none, several, or one of another size. Comes first. */
  readonly check: (pictures: readonly PictureFiles[]) => Promise<Problem[]>;
}

/**
 * Mattes from a folder as a method: grey, or the alpha channel of pictures that have one. Where the trimap knows alpha
 * they are put right, so that they are scored as every other method's. Their seconds are 0: nothing was computed.
 *
 * @throws `INPUT_MISSING` when there is no such folder; its method throws `INPUT_NOT_MEDIA`
 */
export async function finishedMattes(name: string, folder: string): Promise<FinishedMattes> {
  const there = await stat(folder).catch(() => undefined);
  if (!there?.isDirectory()) {
    throw new MatteflowError('INPUT_MISSING', {
      what: `there is no folder of the mattes called ${name}`,
      expected: 'a folder with a PNG for each picture, under its name',
      subject: folder,
    });
  }
  const found = new Map<string, string>();
  const listings = new Map<string, PathsByStem>();
  const find = async ({
    name: picture,
    image,
    matte,
  }: PictureFiles): Promise<Omit<Problem, 'name'> | undefined> => {
    const below = join(folder, dirname(matte));
    const listing = listings.get(below) ?? (await listPictures(below));
    listings.set(below, listing);
    const [path, second] = listing.get(basename(matte)) ?? [];
    if (path === undefined) return { kind: `no matte of ${name}` };
    if (second !== undefined) return { kind: `several mattes of ${name}`, detail: `${path}, ${second}` };
    found.set(picture, path);
    return misfit({ image, [`matte of ${name}`]: path });
  };
  const matte: Method['matte'] = async ({ name: picture, trimap }) => {
    const path = found.get(picture);
    if (path === undefined) throw new Error(`the matte of ${picture} was not looked for`);
    const { alpha } = await readAlpha(path);
    putKnown(alpha, trimap);
    return alpha;
  };
  return {
    method: { name, matte, timed: async (picture) => ({ alpha: await matte(picture), seconds: 0 }) },
    async check(pictures) {
      const problems: Problem[] = [];
      for (const files of pictures) {
        const problem = await find(files);
        if (problem) problems.push({ name: files.name, ...problem });
      }
      return problems;
    },
  };
}
