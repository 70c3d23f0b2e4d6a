import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import sharp from 'sharp';
import { asError, MatteflowError } from '../../core/errors.js';

/** A cut-out on disk: one RGBA picture, or a picture and its alpha. */
export interface ForegroundFile {
  /** The colour picture's name without its extension. */
  readonly name: string;
  readonly colour: string;
  /** Where alpha is a grey picture of its own. */
  readonly alpha?: string;
}

/** Pictures to make samples of: a list a folder, sorted by name. */
export interface Material {
  readonly foregrounds: readonly (readonly ForegroundFile[])[];
  readonly backgrounds: readonly (readonly string[])[];
}

const PICTURES = new Set(['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff', '.avif']);

/** Headers read at once. */
const AT_ONCE = 16;

/**
 * Lists folders of pictures and reads every header, so that what is no picture is named before any training begins.
 *
 * @throws `INPUT_MISSING` for a folder that cannot be read, or a colour picture without its alpha; `INPUT_EMPTY` for
 *   one without pictures; `INPUT_NOT_MEDIA`; `INPUT_UNSUPPORTED` for a foreground without alpha
 */
export async function findMaterial(folders: {
  readonly foregrounds: readonly string[];
  readonly backgrounds: readonly string[];
}): Promise<Material> {
  const foregrounds = await Promise.all(folders.foregrounds.map(foregroundsIn));
  const backgrounds = await Promise.all(folders.backgrounds.map(picturesIn));
  await inTurns(foregrounds.flat(), checkForeground);
  await inTurns(backgrounds.flat(), header);
  return { foregrounds, backgrounds };
}

/**
 * How many pictures each folder has, a cut-out with its alpha beside it counting once.
 *
 * @throws as `findMaterial` does of folders
 */
export async function countPictures(folders: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const counted = folders.map(async (folder) => [folder, (await foregroundsIn(folder)).length] as const);
  return new Map(await Promise.all(counted));
}

async function foregroundsIn(folder: string): Promise<ForegroundFile[]> {
  const [colours, alphas] = [join(folder, 'fg'), join(folder, 'alpha')];
  if (!((await isFolder(colours)) && (await isFolder(alphas)))) {
    return (await picturesIn(folder)).map((colour) => ({ name: nameOf(colour), colour }));
  }
  const byName = new Map((await picturesIn(alphas)).map((path) => [nameOf(path), path]));
  return (await picturesIn(colours)).map((colour) => {
    const name = nameOf(colour);
    const alpha = byName.get(name);
    if (alpha !== undefined) return { name, colour, alpha };
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the foreground has no alpha',
      expected: `a picture named ${name} in ${alphas}`,
      subject: colour,
    });
  });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function picturesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the folder cannot be read',
      seen: asError(cause).message,
      subject: folder,
      cause,
    });
  });
  const pictures = names.filter((name) => PICTURES.has(extname(name).toLowerCase()) && !name.startsWith('.'));
  if (pictures.length > 0) return pictures.sort().map((name) => join(folder, name));
  throw new MatteflowError('INPUT_EMPTY', {
    what: 'the folder has no pictures',
    expected: 'PNG, JPEG, WebP, TIFF or AVIF files',
    subject: folder,
  });
}

/** A file's name without its folder and extension. */
export function nameOf(path: string): string {
  return basename(path, extname(path));
}

async function checkForeground({ colour, alpha }: ForegroundFile): Promise<void> {
  const { hasAlpha, width, height } = await header(colour);
  if (alpha === undefined) {
    if (hasAlpha) return;
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'the foreground has no alpha',
      expected: 'an RGBA picture, or folders fg/ and alpha/ with files of the same names',
      subject: colour,
    });
  }
  const other = await header(alpha);
  if (other.width === width && other.height === height) return;
  throw new MatteflowError('INPUT_UNSUPPORTED', {
    what: 'the alpha does not have the size of its foreground',
    seen: `${other.width} × ${other.height}`,
    expected: `${width} × ${height}`,
    subject: alpha,
  });
}

async function header(path: string): Promise<{ hasAlpha: boolean; width: number; height: number }> {
  return sharp(path)
    .metadata()
    .catch((cause: unknown) => {
      throw new MatteflowError('INPUT_NOT_MEDIA', {
        what: 'the file cannot be read as a picture',
        seen: asError(cause).message,
        remedy: 'Repair it or take it out of the folder',
        subject: path,
        cause,
      });
    });
}

/** Runs `work` on every item, a few at once; of those that fail, the first in the list is named. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const done = await Promise.allSettled(items.slice(at, at + AT_ONCE).map(work));
    const failed = done.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}
