import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The path of real footage that is kept beside the project, never in it (licences differ), or undefined where a
 * checkout stands alone: tests that use it then skip by name.
 *
 * @param name - below the footage folder: `dancer_comp/clip.mp4`
 */
export function footage(name: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../shared/fixtures/${name}`, import.meta.url));
  return existsSync(path) ? path : undefined;
}
