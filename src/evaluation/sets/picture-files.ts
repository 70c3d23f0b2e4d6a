import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What may go by one name in a set; `image` is always needed. */
export type Part = 'image' | 'trimap' | 'truth';

/** Where one picture's files lie. Nothing of them has been read. */
export interface PictureFiles {
  /** Unique in its set. */
  readonly name: string;
  readonly image: string;
  readonly trimap?: string;
  readonly truth?: string;
  /** Where its matte lies below a folder of mattes, without the ending: `lemur`, `Trimap1/GT01`. */
  readonly matte: string;
}

/** Why a picture cannot be used. */
export interface Problem {
  /** The picture's. */
  readonly name: string;
  /** In the same words for every picture it befalls: `no trimap`. */
  readonly kind: string;
  /** What was seen of this one: `image 20 × 20, trimap 10 × 10`. */
  readonly detail?: string;
}

/** What a folder holds, sorted out by names alone. */
export interface FoundPictures {
  /** What the layout is called. */
  readonly layout: string;
  readonly pictures: readonly PictureFiles[];
  readonly problems: readonly Problem[];
}

const PICTURE = /^(?<stem>[^.].*)\.(?:png|jpe?g|tiff?|webp)$/i;

/** Paths by the file's name without its ending: more than one where `a.png` and `a.jpg` lie side by side. */
export type PathsByStem = ReadonlyMap<string, readonly string[]>;

/** The pictures of a folder; none where there is no such folder. Hidden files are no pictures. */
export async function listPictures(folder: string): Promise<PathsByStem> {
  const paths = new Map<string, string[]>();
  for (const name of await readdir(folder).catch(() => [])) {
    const stem = PICTURE.exec(name)?.groups?.stem;
    if (stem === undefined) continue;
    const path = join(folder, name);
    const known = paths.get(stem);
    if (known) known.push(path);
    else paths.set(stem, [path]);
  }
  return paths;
}

/** `GT2` before `GT10`. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}
