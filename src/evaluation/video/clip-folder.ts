import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asError, MatteflowError } from '../../core/errors.js';

/** What a clip to be judged is made of: paths, unread. */
export interface ClipFolder {
  /** Its folder's name. */
  readonly name: string;
  /** The video file, or the folder of numbered pictures. */
  readonly input: string;
  /** The folder of exact mattes, a picture a frame, named by frame number. */
  readonly alphaFolder: string;
  /** The folder of painted trimaps: keyframes, or one a frame. */
  readonly trimapFolder: string;
}

/** The folders that may hold a clip's pictures instead of a video file. */
const PICTURE_FOLDERS = ['frame', 'image'];
const VIDEO_FILE = /^clip\.[^.]+$/i;

/** Names in a folder that can be a clip's pictures: `clip.mp4`, `frame/`, `image/`. */
interface Listing {
  readonly videos: readonly string[];
  readonly pictures: readonly string[];
  readonly folders: readonly string[];
}

/** Whether the folder is a clip, rather than one that holds clips. @throws `INPUT_MISSING` */
export async function isClip(folder: string): Promise<boolean> {
  const { videos, pictures } = await list(folder);
  return videos.length + pictures.length > 0;
}

/** The folders in a folder, by name; hidden ones are passed over. @throws `INPUT_MISSING` */
export async function foldersIn(folder: string): Promise<readonly string[]> {
  return (await list(folder)).folders;
}

/**
 * Finds the parts of a clip by their names: `clip.*` or `frame/` or `image/`, with `alpha/` and `trimap/` beside it.
 *
 * @throws `INPUT_MISSING` naming every part that is not there; `INPUT_UNSUPPORTED` when it is there twice
 */
export async function findClipParts(folder: string, name: string): Promise<ClipFolder> {
  const { videos, pictures, folders } = await list(folder);
  const inputs = [...videos, ...pictures];
  const missing = [
    ...(inputs.length === 0 ? ['clip.* or frame/'] : []),
    ...['alpha', 'trimap'].filter((part) => !folders.includes(part)).map((part) => `${part}/`),
  ];
  if (missing.length > 0) {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the folder is not a clip with its exact mattes',
      seen: `no ${missing.join(', no ')}`,
      expected: 'clip.* or frame/, alpha/ and trimap/',
      subject: folder,
    });
  }
  if (inputs.length > 1) {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: "it is not clear which are the clip's pictures",
      seen: inputs.join(' and '),
      expected: 'one of them',
      subject: folder,
    });
  }
  return {
    name,
    input: join(folder, inputs[0]!),
    alphaFolder: join(folder, 'alpha'),
    trimapFolder: join(folder, 'trimap'),
  };
}

async function list(folder: string): Promise<Listing> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the folder cannot be read',
      seen: asError(cause).message,
      expected: 'a folder of pictures or of clips',
      subject: folder,
      cause,
    });
  });
  const shown = entries.filter(({ name }) => !name.startsWith('.'));
  const isFolder = await Promise.all(shown.map((entry) => leadsToFolder(folder, entry)));
  const names = (inFolders: boolean): string[] =>
    shown.flatMap(({ name }, at) => (isFolder[at] === inFolders ? name : [])).sort();
  const folders = names(true);
  return {
    videos: names(false).filter((name) => VIDEO_FILE.test(name)),
    pictures: PICTURE_FOLDERS.filter((name) => folders.includes(name)),
    folders,
  };
}

/** Sets are often made of links; one that leads nowhere is no folder. */
async function leadsToFolder(folder: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const found = await stat(join(folder, entry.name)).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
