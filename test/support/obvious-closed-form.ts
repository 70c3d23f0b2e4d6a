import type { FrameFormat, FramePlanes } from '../../src/core/frame.js';
import { rgbMatrix } from '../../src/matting/rgb-matrix.js';
import { solveDense } from './solve-dense.js';

const EPSILON = 1e-7;
const KNOWN_WEIGHT = 100;

/**
 * Closed-form matting by its definition, for pictures of a few hundred pixels: every window of the picture, a dense
 * matrix, elimination. What a window leaves unexplained of alpha is a ridge regression on colour (equation 3 of the paper, ε on
 * the slope: of a whole window's nine pixels, and in proportion of one that the edge cuts).
 */
export function obviousMatte(
  planes: Pick<FramePlanes, 'colour' | 'trimap'>,
  format: FrameFormat,
): Float32Array {
  const { trimap } = planes;
  const matrix = levinMatrix(planes, format);
  const right = Array.from(trimap, (value, at) => {
    const known = value === 0 || value === 255;
    if (known) matrix[at]![at]! += KNOWN_WEIGHT;
    return value === 255 ? KNOWN_WEIGHT : 0;
  });
  return Float32Array.from(solveDense(matrix, right), (alpha, at) => {
    const value = trimap[at]!;
    return value === 0 ? 0 : value === 255 ? 1 : Math.min(Math.max(alpha, 0), 1);
  });
}

/** The matting Laplacian of a whole picture, dense. */
export function levinMatrix(
  { colour, trimap }: Pick<FramePlanes, 'colour' | 'trimap'>,
  format: FrameFormat,
): number[][] {
  const { width, height } = format;
  const m = rgbMatrix(format);
  const pixels = Array.from(trimap, (_, at) =>
    [0, 4, 8].map((k) => {
      const value =
        m[k]! * colour[0][at]! + m[k + 1]! * colour[1][at]! + m[k + 2]! * colour[2][at]! + m[k + 3]!;
      return Math.min(Math.max(value, 0), 1);
    }),
  );
  const matrix = pixels.map(() => new Array<number>(pixels.length).fill(0));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) addWindow(matrix, pixels, windowRound(x, y, width, height));
  }
  return matrix;
}

/** The pixels of the 3×3 window round one, as far as they are in the picture. */
function windowRound(x: number, y: number, width: number, height: number): number[] {
  const near = (at: number, size: number): number[] => [at - 1, at, at + 1].filter((n) => n >= 0 && n < size);
  return near(y, height).flatMap((row) => near(x, width).map((column) => row * width + column));
}

/** I − X (XᵀX + ridge)⁻¹ Xᵀ of a window, X its colours and a one. */
function addWindow(
  matrix: number[][],
  pixels: readonly (readonly number[])[],
  members: readonly number[],
): void {
  const design = members.map((at) => [...pixels[at]!, 1]);
  const ridge = (EPSILON * members.length) / 9;
  const normal = [0, 1, 2, 3].map((i) =>
    [0, 1, 2, 3].map(
      (j) => design.reduce((sum, d) => sum + d[i]! * d[j]!, 0) + (i === j && i < 3 ? ridge : 0),
    ),
  );
  members.forEach((column, j) => {
    const model = solveDense(normal, design[j]!);
    members.forEach((row, i) => {
      const fit = design[i]!.reduce((sum, d, k) => sum + d * model[k]!, 0);
      matrix[row]![column]! += (i === j ? 1 : 0) - fit;
    });
  });
}
