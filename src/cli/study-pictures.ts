import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { asError, MatteflowError } from '../core/errors.js';
import type { Picture } from '../evaluation/results.js';
import { readImage } from '../ingest/read-image.js';
import { readTrimap } from '../trimap/trimap.js';

/** A set's pictures, not read yet. */
export interface StudyPictures {
  readonly count: number;
  /** By name, each read when it is asked for; throws what reading it throws. */
  read(): AsyncGenerator<Omit<Picture, 'truth'>>;
}

/**
 * Finds the pictures of a set.
 *
 * @param folder - holds image/ and trimap/, files of the same name in both; their endings may differ
 * @throws MatteflowError `INPUT_MISSING`; `TRIMAP_MISSING` when a picture has none
 */
export async function findStudyPictures(folder: string): Promise<StudyPictures> {
  const images = await filesByName(join(folder, 'image'));
  const trimaps = await filesByName(join(folder, 'trimap'));
  const pairs = [...images].map(([name, path]) => ({ name, path, trimapPath: trimaps.get(name) }));
  const lacking = pairs.find(({ trimapPath }) => trimapPath === undefined);
  if (lacking) {
    throw new MatteflowError('TRIMAP_MISSING', {
      what: 'a picture has no trimap',
      expected: `${join(folder, 'trimap', lacking.name)}.png`,
      subject: lacking.path,
    });
  }
  return {
    count: pairs.length,
    async *read() {
      for (const { name, path, trimapPath } of pairs) {
        const image = await readImage(path);
        yield { name, image, trimap: await readTrimap(trimapPath!, image.format) };
      }
    },
  };
}

/** Paths by file name without ending, in order; hidden files are none. */
async function filesByName(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the folder cannot be read',
      seen: asError(cause).message,
      expected: 'a set with the folders image and trimap',
      subject: folder,
      cause,
    });
  });
  const pictures = names.filter((name) => !name.startsWith('.')).sort();
  return new Map(pictures.map((name) => [parse(name).name, join(folder, name)]));
}
