import { joinParts } from './join-parts.js';
import { listPictures, type FoundPictures, type Part } from './picture-files.js';

const SUFFIX = /^(?<stem>.+)_(?<part>alpha|trimap)$/;

/** `NAME.jpg`, `NAME_trimap.png`, `NAME_alpha.png` side by side; undefined where nothing is called so. */
export async function matchFlat(
  folder: string,
  needed: ReadonlySet<Part>,
): Promise<FoundPictures | undefined> {
  const image = new Map<string, readonly string[]>();
  const trimap = new Map<string, readonly string[]>();
  const truth = new Map<string, readonly string[]>();
  for (const [name, paths] of await listPictures(folder)) {
    const { stem, part } = SUFFIX.exec(name)?.groups ?? {};
    if (stem === undefined) image.set(name, paths);
    else (part === 'alpha' ? truth : trimap).set(stem, paths);
  }
  if (truth.size + trimap.size === 0) return undefined;
  const parts = { image, trimaps: [{ label: '', paths: trimap }], truth, truthOfForeground: false };
  return { layout: 'NAME, NAME_trimap, NAME_alpha in one folder', ...joinParts(parts, needed) };
}
