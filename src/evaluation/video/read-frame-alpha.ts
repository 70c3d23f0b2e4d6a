import { MatteflowError } from '../../core/errors.js';
import type { Size } from '../../trimap/picture.js';
import { readAlpha } from '../read-alpha.js';

/**
 * Reads the matte of one frame (`readAlpha`).
 *
 * @returns alpha 0..1, row-major
 * @throws as `readAlpha` does; `INPUT_UNSUPPORTED` when it has another size than the clip
 */
export async function readFrameAlpha(path: string, { width, height }: Size): Promise<Float32Array> {
  const seen = await readAlpha(path);
  if (seen.width === width && seen.height === height) return seen.alpha;
  throw new MatteflowError('INPUT_UNSUPPORTED', {
    what: 'the matte does not have the size of the clip',
    seen: `${seen.width} × ${seen.height}`,
    expected: `${width} × ${height}`,
    subject: path,
  });
}
