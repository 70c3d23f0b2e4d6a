import { MatteflowError } from '../core/errors.js';
import { readImage } from '../ingest/read-image.js';
import { BACKGROUND, FOREGROUND, readTrimap, unknownCount } from '../trimap/trimap.js';
import { readAlpha } from './read-alpha.js';
import type { Picture } from './results.js';
import type { PictureFiles, Problem } from './sets/picture-files.js';
import type { PictureSet } from './sets/picture-set.js';

/**
 * Reads a picture of a set that was opened for scoring.
 *
 * @throws `TRIMAP_ALL_KNOWN` when there is nothing to score; `TRIMAP_INVALID` when the trimap and the exact alpha
 *   contradict each other, or it is no picture; `INPUT_MISSING`, `INPUT_NOT_MEDIA`, `TRIMAP_SIZE`
 */
export async function readPicture(files: PictureFiles): Promise<Picture> {
  const picture = { ...(await readWithTrimap(files)), truth: await readTruth(files) };
  const trimap = required(files.trimap);
  requireAgreement(picture, trimap);
  if (unknownCount(picture.trimap) > 0) return picture;
  throw new MatteflowError('TRIMAP_ALL_KNOWN', {
    what: 'the trimap has no unknown pixels, so that there is nothing to score',
    seen: 'black and white only',
    expected: 'grey (128) where the subject is soft',
    remedy: 'Paint it, or leave such pictures out with --skip',
    subject: trimap,
  });
}

/** Reads a picture of a test set, which has no exact alpha. Throws as `readPicture` does, and scores nothing. */
export async function readWithTrimap(files: PictureFiles): Promise<Omit<Picture, 'truth'>> {
  const image = await readImage(files.image);
  return { name: files.name, image, trimap: await readTrimap(required(files.trimap), image.format) };
}

/**
 * Reads a picture whose trimaps are made from its exact alpha.
 *
 * @param tolerance - alpha this close to 0 or 1 is not soft
 * @throws `TRIMAP_ALL_KNOWN` when no alpha is soft; `INPUT_MISSING`, `INPUT_NOT_MEDIA`
 */
export async function readWithTruth(
  files: PictureFiles,
  tolerance: number,
): Promise<Omit<Picture, 'trimap'>> {
  const picture = { name: files.name, image: await readImage(files.image), truth: await readTruth(files) };
  if (picture.truth.some((alpha) => alpha > tolerance && alpha < 1 - tolerance)) return picture;
  throw new MatteflowError('TRIMAP_ALL_KNOWN', {
    what: 'the exact alpha is 0 or 1 everywhere, so that no unknown region can be made from it',
    expected: 'alpha between 0 and 1 where the subject is soft',
    remedy: 'Leave such pictures out with --skip',
    subject: required(files.truth),
  });
}

/**
 * The picture, or undefined where it cannot be used and the set leaves such pictures out: why then joins `skipped`.
 *
 * @throws what `read` throws, where they are not left out
 */
export async function readOrSkip<P>(
  read: () => Promise<P>,
  { files, set, skipped }: { files: PictureFiles; set: PictureSet; skipped: Problem[] },
): Promise<P | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!set.skip || !(error instanceof MatteflowError)) throw error;
    const { code, message } = error;
    const nothing = code === 'TRIMAP_ALL_KNOWN';
    const why = nothing ? { kind: 'no unknown pixels' } : { kind: 'cannot be used', detail: message };
    skipped.push({ name: files.name, ...why });
    return undefined;
  }
}

/** A trimap of another picture, or one with black and white exchanged, would make every method look bad. */
function requireAgreement({ trimap, truth }: Picture, path: string): void {
  let known = 0;
  let opposite = 0;
  for (let i = 0; i < trimap.length; i++) {
    const value = trimap[i]!;
    if (value !== BACKGROUND && value !== FOREGROUND) continue;
    known += 1;
    if (Math.abs(value / FOREGROUND - truth[i]!) > 0.5) opposite += 1;
  }
  if (opposite <= known / 2) return;
  throw new MatteflowError('TRIMAP_INVALID', {
    what: 'the trimap says the opposite of the exact alpha',
    seen: `${opposite} of its ${known} known pixels`,
    expected: 'white where alpha is 1, black where it is 0',
    remedy: 'Look whether one of the two is inverted, or belongs to another picture',
    subject: path,
  });
}

async function readTruth({ truth }: PictureFiles): Promise<Float32Array> {
  return (await readAlpha(required(truth))).alpha;
}

function required(path: string | undefined): string {
  if (path === undefined) throw new Error('the set was opened for another purpose');
  return path;
}
