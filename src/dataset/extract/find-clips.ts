import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import { asError, MatteflowError } from '../../core/errors.js';

const VIDEOS = new Set([
  '.mp4',
  '.mov',
  '.mkv',
  '.webm',
  '.avi',
  '.m4v',
  '.mxf',
  '.mpg',
  '.mpeg',
  '.ts',
  '.mts',
]);

/** A video file to take frames from. */
export interface FoundClip {
  readonly path: string;
  /** Of its pictures: its path below the folder it was found in, without ending, `/` as `-`. */
  readonly name: string;
}

/**
 * Video files, and those in folders and the folders below; hidden ones and symbolic links to folders are passed over.
 *
 * @returns sorted by name
 * @throws `INPUT_MISSING`; `INPUT_EMPTY` for no video at all; `USAGE` when two would have the same name
 */
export async function findClips(places: readonly string[]): Promise<readonly FoundClip[]> {
  const found: FoundClip[] = [];
  for (const place of places) {
    const kind = await stat(place).catch((cause: unknown) => {
      throw new MatteflowError('INPUT_MISSING', {
        what: 'there is no such file or folder',
        seen: asError(cause).message,
        subject: place,
        cause,
      });
    });
    const paths = kind.isDirectory() ? await videosBelow(place) : [place];
    for (const path of paths) {
      const way = kind.isDirectory() ? relative(place, path) : basename(path);
      found.push({ path, name: way.slice(0, -extname(way).length || undefined).replaceAll(/[/\\]/g, '-') });
    }
  }
  if (found.length === 0) {
    throw new MatteflowError('INPUT_EMPTY', {
      what: 'there are no video files',
      expected: [...VIDEOS].join(' '),
      subject: places.join(', '),
    });
  }
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  requireDistinct(found);
  return found;
}

async function videosBelow(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    ({ name }) => !name.startsWith('.'),
  );
  const below = entries.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return videosBelow(path);
    return Promise.resolve(VIDEOS.has(extname(entry.name).toLowerCase()) ? [path] : []);
  });
  return (await Promise.all(below)).flat();
}

function requireDistinct(clips: readonly FoundClip[]): void {
  const at = clips.findIndex(({ name }, i) => name === clips[i + 1]?.name);
  if (at < 0) return;
  throw new MatteflowError('USAGE', {
    what: 'the pictures of two clips would have the same names',
    seen: `${clips[at]!.path} and ${clips[at + 1]!.path}`,
    remedy: 'Name the folder above both, or extract them to folders of their own',
  });
}
