import { bytesPerSample, type FrameFormat, type FramePlanes, type Samples } from '../core/frame.js';
import { allocateCoarse, blurCoarsely, COARSE, type CoarseColours } from './coarse-colours.js';
import {
  allocateBlock,
  BLOCK,
  blurBlock,
  loadBlock,
  RADIUS,
  SIDE,
  SUMS,
  type BlockBlur,
} from './colour-block.js';
import { sampleRange } from './sample-range.js';

/**
 * What the wide blur's colour counts in the fine one, in pixels of weight: it takes over smoothly where the small
 * window holds next to no foreground (or background).
 */
const COARSE_WEIGHT = 0.5;

/** Memory that `estimateForeground` reuses from frame to frame. */
export interface ForegroundScratch {
  readonly coarse: CoarseColours;
  readonly block: BlockBlur;
  /** Results of two rows of blocks: a row is written back once the next no longer needs its source pixels. */
  readonly results: readonly [BlockRow, BlockRow];
}

interface BlockRow {
  /** `BLOCK` rows of the frame. */
  readonly colour: readonly [Samples, Samples, Samples];
  /** 1 for the blocks of the row that hold results. */
  readonly filled: Uint8Array;
}

/** Scratch for frames of this format. */
export function allocateForeground(format: FrameFormat): ForegroundScratch {
  const samples = (): Samples =>
    bytesPerSample(format) === 1
      ? new Uint8Array(BLOCK * format.width)
      : new Uint16Array(BLOCK * format.width);
  const row = (): BlockRow => ({
    colour: [samples(), samples(), samples()],
    filled: new Uint8Array(Math.ceil(format.width / BLOCK)),
  });
  return { coarse: allocateCoarse(format), block: allocateBlock(), results: [row(), row()] };
}

/**
 * Replaces the colour of soft pixels by the subject's own, in place in `planes.colour`, by Blur-Fusion
 * (Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021): F is blurred foreground colour, corrected by what
 * α F + (1 − α) B leaves unexplained of the pixel,
 *
 *   F = F̂ + α (I − α F̂ − (1 − α) B̂),   F̂ = blur(αF) / blur(α),   B̂ = blur((1 − α)B) / blur(1 − α),
 *
 * once with a wide blur of the source (on a coarse grid), once more with a small one of that result. Every term is an
 * affine combination of colours, so it holds in Y′CbCr as in R′G′B′, at the source's depth.
 *
 * Pixels of alpha 1 keep the source's samples exactly. Where alpha is 0 the foreground colour is carried on for 16 to
 * 23 pixels, so that codec ringing and scaling find no other colour beside the edge; beyond, the source's pixels stay.
 * Results are clipped to the format's legal codes, or to the source pixel where that itself lies beyond them.
 *
 * @param scratch - made by `allocateForeground` for this format
 */
export function estimateForeground(
  planes: FramePlanes,
  format: FrameFormat,
  scratch: ForegroundScratch,
): void {
  const { coarse, results } = scratch;
  if (!blurCoarsely(coarse, planes, format)) return;
  const across = Math.ceil(format.width / BLOCK);
  const down = Math.ceil(format.height / BLOCK);
  for (let y = 0; y < down; y += 1) {
    const row = results[y % 2 === 0 ? 0 : 1];
    for (let x = 0; x < across; x += 1) {
      row.filled[x] = 0;
      if (!isWanted(coarse, x, y)) continue;
      row.filled[x] = 1;
      loadBlock(scratch.block, planes, format, coarse, x, y);
      blurBlock(scratch.block);
      solveBlock(row, scratch, planes, format, x, y);
    }
    if (y > 0) writeBack(planes, format, results[y % 2 === 0 ? 1 : 0], y - 1);
  }
  writeBack(planes, format, results[(down - 1) % 2 === 0 ? 0 : 1], down - 1);
}

/** Whether a block has a wanted cell. Cells past the frame are border cells, never wanted. */
function isWanted({ wanted, origin, stride, width, height }: CoarseColours, x: number, y: number): boolean {
  const cells = BLOCK / COARSE;
  for (let cy = cells * y; cy < Math.min(cells * (y + 1), height); cy += 1) {
    for (let cx = cells * x; cx < Math.min(cells * (x + 1), width); cx += 1) {
      if (wanted[origin + cy * stride + cx] === 1) return true;
    }
  }
  return false;
}

function solveBlock(
  dst: BlockRow,
  { coarse, block }: ForegroundScratch,
  planes: FramePlanes,
  format: FrameFormat,
  blockX: number,
  blockY: number,
): void {
  const [low, high] = sampleRange(format);
  const { width } = format;
  const right = Math.min(BLOCK * (blockX + 1), width);
  const bottom = Math.min(BLOCK * (blockY + 1), format.height);
  for (let y = BLOCK * blockY; y < bottom; y += 1) {
    const ly = y - BLOCK * blockY;
    const cells = coarse.origin + Math.floor(y / COARSE) * coarse.stride;
    for (let x = BLOCK * blockX; x < right; x += 1) {
      const lx = x - BLOCK * blockX;
      const at = y * width + x;
      const to = ly * width + x;
      const a = planes.alpha[at]!;
      const keep = a >= 1 || coarse.wanted[cells + Math.floor(x / COARSE)] === 0;
      const sums = SUMS * (ly * BLOCK + lx);
      const wide = 6 * ((ly + RADIUS) * SIDE + lx + RADIUS);
      const overF = 1 / (block.blurred[sums + 6]! + COARSE_WEIGHT);
      const overB = 1 / (block.blurred[sums + 7]! + COARSE_WEIGHT);
      for (let k = 0; k < 3; k += 1) {
        const source = planes.colour[k]![at]!;
        let value = source;
        if (!keep) {
          const f = overF * (block.blurred[sums + k]! + COARSE_WEIGHT * block.wide[wide + k]!);
          const b = overB * (block.blurred[sums + 3 + k]! + COARSE_WEIGHT * block.wide[wide + 3 + k]!);
          value = f + a * (source - a * f - (1 - a) * b);
          value = Math.min(Math.max(value, Math.min(low, source)), Math.max(high[k]!, source));
        }
        // Storing truncates: this rounds.
        dst.colour[k]![to] = value + 0.5;
      }
    }
  }
}

function writeBack(planes: FramePlanes, { width, height }: FrameFormat, row: BlockRow, y: number): void {
  const rows = Math.min(BLOCK, height - BLOCK * y);
  for (let x = 0; x < row.filled.length; x += 1) {
    if (row.filled[x] === 0) continue;
    const left = BLOCK * x;
    const right = Math.min(left + BLOCK, width);
    for (let k = 0; k < 3; k += 1) {
      const plane = planes.colour[k]!;
      const result = row.colour[k]!;
      for (let ly = 0; ly < rows; ly += 1) {
        const to = (BLOCK * y + ly) * width;
        for (let px = left; px < right; px += 1) plane[to + px] = result[ly * width + px]!;
      }
    }
  }
}
