/** The alpha of an unknown pixel where nothing estimates it. */
const UNKNOWN_ALPHA = 0.5;

/** Alpha by the trimap's values; whatever is neither black nor white is unknown. */
const ALPHA_OF: Float32Array = new Float32Array(256).fill(UNKNOWN_ALPHA);
ALPHA_OF[0] = 0;
ALPHA_OF[255] = 1;

/**
 * The matte that a trimap alone gives: 0 and 1 where it is sure, one half where it is not.
 *
 * @param dst - alpha, 0..1
 * @param trimap - 0, 128, 255; as many pixels
 * @returns pixels of unknown alpha
 */
export function alphaFromTrimap(dst: Float32Array, trimap: Uint8Array): number {
  let unknown = 0;
  for (let at = 0; at < trimap.length; at += 1) {
    const pha = ALPHA_OF[trimap[at]!]!;
    if (pha === UNKNOWN_ALPHA) unknown += 1;
    dst[at] = pha;
  }
  return unknown;
}
