import sharp from 'sharp';
import { asError, throwIfAborted } from '../../core/errors.js';
import type { PictureFiles, Problem } from './picture-files.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Finds the pictures whose files differ in size, or are no pictures, by their headers. Throws `ABORTED`. */
export async function checkSizes(pictures: readonly PictureFiles[], signal: AbortSignal): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { name, image, trimap, truth } of pictures) {
    throwIfAborted(signal);
    const problem = await misfit({ image, trimap, 'exact alpha': truth });
    if (problem) problems.push({ name, ...problem });
  }
  return problems;
}

/**
 * What is wrong with files that should have the image's size; undefined when nothing is.
 *
 * @param files - paths by what a message calls them; those that are undefined are not looked at
 */
export async function misfit(
  files: { readonly image: string } & Readonly<Record<string, string | undefined>>,
): Promise<Omit<Problem, 'name'> | undefined> {
  const { image, ...others } = files;
  try {
    const { width, height } = await uprightSize(image);
    const seen = [`image ${width} × ${height}`];
    let fits = true;
    for (const [called, path] of Object.entries(others)) {
      if (path === undefined) continue;
      const size: Size = await sharp(path).metadata();
      fits &&= size.width === width && size.height === height;
      seen.push(`${called} ${size.width} × ${size.height}`);
    }
    return fits ? undefined : { kind: 'sizes differ', detail: seen.join(', ') };
  } catch (error) {
    return { kind: 'cannot be read', detail: asError(error).message };
  }
}

/** As `readImage` turns it: a camera may note that it was held upright. */
async function uprightSize(path: string): Promise<Size> {
  return (await sharp(path).metadata()).autoOrient;
}
