import { BACKGROUND, FOREGROUND } from './trimap.js';

/** From here up a garbage or holdout matte holds; 128 is half. */
const HOLDS = 128;

/**
 * Puts a person's mattes into a trimap, as keyers have them: a *garbage matte* (outside mask) makes background of what it
 * covers, a *holdout matte* (core, solid or inside mask) foreground. Where both cover a pixel the holdout matte wins. Soft
 * mattes count from half up.
 *
 * @param trimap - 0, 128, 255, changed in place
 * @param mattes - 0..255, of the trimap's size
 */
export function forceTrimap(
  trimap: Uint8Array,
  {
    garbage,
    holdout,
  }: { readonly garbage?: Uint8Array | undefined; readonly holdout?: Uint8Array | undefined },
): void {
  if (garbage) {
    for (let i = 0; i < trimap.length; i++) if (garbage[i]! >= HOLDS) trimap[i] = BACKGROUND;
  }
  if (holdout) {
    for (let i = 0; i < trimap.length; i++) if (holdout[i]! >= HOLDS) trimap[i] = FOREGROUND;
  }
}
