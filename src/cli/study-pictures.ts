import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import type { Picture } from '../evaluation/results.js';
import { readImage } from '../ingest/read-image.js';
import { readTrimap } from '../trimap/trimap.js';

/**
 * The pictures of a set, by name, each read when it is asked for.
 *
 * @param folder - holds image/ and trimap/, files of the same name in both; their endings may differ
 * @throws MatteflowError `INPUT_MISSING`, `INPUT_EMPTY`, `TRIMAP_MISSING`, and what reading them throws
 */
export async function* readStudyPictures(folder: string): AsyncGenerator<Omit<Picture, 'truth'>> {
  const images = await filesByName(join(folder, 'image'));
  const trimaps = await filesByName(join(folder, 'trimap'));
  for (const [name, path] of images) {
    const trimapPath = trimaps.get(name);
    if (trimapPath === undefined) {
      throw new MatteflowError('TRIMAP_MISSING', {
        what: 'a picture has no trimap',
        expected: `${join(folder, 'trimap', name)}.png`,
        subject: path,
      });
    }
    const image = await readImage(path);
    yield { name, image, trimap: await readTrimap(trimapPath, image.format) };
  }
}

/** Paths by file name without ending, in order; hidden files are none. */
async function filesByName(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the folder cannot be read',
      expected: 'a set with the folders image and trimap',
      subject: folder,
      cause,
    });
  });
  const pictures = names.filter((name) => !name.startsWith('.')).sort();
  return new Map(pictures.map((name) => [parse(name).name, join(folder, name)]));
}
