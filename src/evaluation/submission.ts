import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import { throwIfAborted } from '../core/errors.js';
import { stageOutput } from '../output/publish.js';
import { readOrSkip, readWithTrimap } from './read-picture.js';
import type { Method } from './results.js';
import type { Problem } from './sets/picture-files.js';
import type { PictureSet } from './sets/picture-set.js';
import { emptySet } from './sets/problems.js';

/** What was written for the benchmark's web site. */
export interface Submission {
  readonly folder: string;
  readonly mattes: number;
  readonly skipped: readonly Problem[];
}

/**
 * Writes the mattes of alphamatting.com's test set as its web site takes them: `Trimap1/NAME.png`, … in 8-bit grey.
 * Each trimap's folder appears when it is complete.
 *
 * @param set - opened to `submit`
 * @throws `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, before any picture is matted; `INPUT_EMPTY`, `ABORTED`; what reading and
 *   the method throw
 */
export async function writeSubmission(
  set: PictureSet,
  method: Method,
  folder: string,
  options: {
    readonly overwrite?: boolean;
    readonly onProgress?: (mattes: number, all: number) => void;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Submission> {
  const { overwrite = false, onProgress, signal = new AbortController().signal } = options;
  const skipped: Problem[] = [...set.skipped];
  const staged = new Map<string, Awaited<ReturnType<typeof stageOutput>>>();
  let mattes = 0;
  try {
    for (const kind of new Set(set.pictures.map(({ matte }) => dirname(matte)))) {
      staged.set(kind, await stageOutput(join(folder, kind), { kind: 'folder', overwrite }));
    }
    for (const [index, files] of set.pictures.entries()) {
      throwIfAborted(signal);
      const picture = await readOrSkip(() => readWithTrimap(files), { files, set, skipped });
      if (!picture) continue;
      const alpha = await method.matte(picture);
      const to = join(staged.get(dirname(files.matte))!.temporary, `${basename(files.matte)}.png`);
      await writeGrey(to, alpha, picture.image.format);
      mattes += 1;
      onProgress?.(index + 1, set.pictures.length);
    }
    if (mattes === 0) throw emptySet(set.folder, skipped);
    for (const output of staged.values()) await output.publish();
    return { folder, mattes, skipped };
  } finally {
    await Promise.all([...staged.values()].map((output) => output.discard()));
  }
}

async function writeGrey(
  path: string,
  alpha: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<void> {
  const grey = Uint8Array.from(alpha, (value) => Math.round(255 * value));
  await sharp(grey, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toFile(path);
}
