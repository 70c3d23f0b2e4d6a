import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { joinParts, type SetParts } from './join-parts.js';
import type { FolderLayout } from './layouts.js';
import { listPictures, type FoundPictures, type Part } from './picture-files.js';

const PARTS = ['image', 'trimap', 'truth'] as const satisfies readonly Part[];

/** A layout held against a folder: where the parts that were found lie. */
export interface LayoutMatch {
  readonly layout: FolderLayout;
  readonly folders: Readonly<Partial<Record<Part, string>>>;
}

/** The best place for a layout below a folder: that with the most of its parts' folders. */
export async function matchLayout(folder: string, layout: FolderLayout): Promise<LayoutMatch> {
  let best: LayoutMatch = { layout, folders: {} };
  for (const root of layout.roots) {
    const folders: Partial<Record<Part, string>> = {};
    for (const part of PARTS) {
      const found = await firstFolder(join(folder, root), layout[part]);
      if (found !== undefined) folders[part] = found;
    }
    if (Object.keys(folders).length > Object.keys(best.folders).length) best = { layout, folders };
  }
  return best;
}

/** The parts that are needed and have no folder. */
export function lackingParts({ folders }: LayoutMatch, needed: ReadonlySet<Part>): Part[] {
  return [...needed].filter((part) => folders[part] === undefined);
}

/** Lists what a match found. */
export async function picturesOf(
  { layout, folders }: LayoutMatch,
  needed: ReadonlySet<Part>,
): Promise<FoundPictures> {
  const listed = (part: Part): ReturnType<typeof listPictures> =>
    folders[part] === undefined ? Promise.resolve(new Map()) : listPictures(folders[part]);
  const parts: SetParts = {
    image: await listed('image'),
    trimaps: await trimapKinds(folders.trimap),
    truth: await listed('truth'),
    truthOfForeground: layout.truthOfForeground ?? false,
  };
  return { layout: layout.name, ...joinParts(parts, needed) };
}

async function trimapKinds(folder: string | undefined): Promise<SetParts['trimaps']> {
  if (folder === undefined) return [];
  const paths = await listPictures(folder);
  const entries = await readdir(folder, { withFileTypes: true });
  const kinds = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  if (paths.size > 0 || kinds.length === 0) return [{ label: '', paths }];
  return Promise.all(
    kinds
      .map(({ name }) => name)
      .sort()
      .map(async (label) => ({ label, paths: await listPictures(join(folder, label)) })),
  );
}

async function firstFolder(root: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const path = join(root, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) return path;
  }
  return undefined;
}
