import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { findCandidates } from './knn-candidates.js';
import { linkUnknown, type LinkOptions } from './knn-links.js';
import { solveLinks } from './knn-solve.js';
import { clip } from './rgb-matrix.js';
import { alphaFromTrimap } from './trimap-alpha.js';

/**
 * Near ones in position and colour, along which alpha spreads, and ones of nearly the same colour anywhere in reach, which
 * carry it over holes. Chosen by their error on four photographs at 800 pixels.
 */
const LINKS: LinkOptions = {
  passes: [
    { neighbours: 10, positionWeight: 5, share: 1 },
    { neighbours: 5, positionWeight: 0.5, share: 0.05 },
  ],
  range: 0.1,
};

/**
 * KNN matting (Chen, Li, Tang, "KNN Matting", PAMI 2013; CVPR 2012): alpha is alike where colour and position are alike,
 * near or far. Every unknown pixel is linked to the nearest ones in that space; alpha is what differs least along the links
 * and equals the trimap where that is sure.
 *
 * It departs from the paper where photographs said so (docs/decisions.md): neighbours come from two searches, the sum of
 * squares runs over single links and not over a pixel's mean of them, and known pixels are held exactly.
 *
 * Fills `planes.alpha`: 0 and 1 where the trimap says so, 0.5 where nothing known can be reached. Reads `planes.colour` and
 * `planes.trimap`. The same frame gives the same alpha, bit for bit.
 */
export function knnMatting(planes: FramePlanes, format: FrameFormat, options: LinkOptions = LINKS): void {
  if (alphaFromTrimap(planes.alpha, planes.trimap) === 0) return;
  const candidates = findCandidates(planes.trimap, format);
  const links = linkUnknown(candidates, planes, format, planes.alpha, options);
  const x = new Float64Array(candidates.unknown).fill(0.5);
  solveLinks(x, links);
  for (let n = 0; n < x.length; n += 1) planes.alpha[candidates.pixels[n]!] = clip(x[n]!);
}
