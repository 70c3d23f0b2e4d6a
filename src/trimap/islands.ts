import type { Size } from './picture.js';

/** A patch of perhaps-foreground needs this share of the largest one's sure pixels to stand on its own. */
const OWN_RIGHT = 0.005;

/** Scratch of `dropIslands`: runs of pixels in reading order, no more than every second pixel begins one. */
export interface IslandScratch {
  readonly starts: Int32Array;
  /** One past the last pixel. */
  readonly ends: Int32Array;
  /** Another run of the same patch that comes no later; the patch's first run names itself. */
  readonly parents: Int32Array;
  /** Sure pixels, of a patch's first run: of the patch. */
  readonly sure: Int32Array;
}

export function allocateIslandScratch({ width, height }: Size): IslandScratch {
  const runs = Math.ceil(width / 2) * height;
  const plane = (): Int32Array => new Int32Array(runs);
  return { starts: plane(), ends: plane(), parents: plane(), sure: plane() };
}

/**
 * Makes background of what is only perhaps foreground and does not touch the subject: 4-connected patches of
 * pixels above `doubt` in which hardly any pixel is sure. A thing held apart from the subject (a ball in the
 * air) is sure enough to stay. Things that move in the background raise such patches where they wear the
 * subject's colours. Patches are found by runs (Rosenfeld and Pfaltz: "Sequential Operations in Digital Picture
 * Processing", JACM 1966).
 *
 * @param probability - 0..1, changed in place
 * @param doubt - pixels at or below it are background
 */
export function dropIslands(
  probability: Float32Array,
  doubt: number,
  { width, height }: Size,
  scratch: IslandScratch,
): void {
  const { starts, ends, parents, sure } = scratch;
  let count = 0;
  let above = 0;
  for (let y = 0; y < height; y++) {
    const first = count;
    const rowEnd = (y + 1) * width;
    for (let i = y * width; i < rowEnd; i++) {
      if (probability[i]! <= doubt) continue;
      starts[count] = i;
      parents[count] = count;
      let sures = 0;
      for (; i < rowEnd && probability[i]! > doubt; i++) if (probability[i]! > 1 - doubt) sures += 1;
      ends[count] = i;
      sure[count] = sures;
      count += 1;
    }
    for (let run = first, upper = above; run < count && upper < first;) {
      if (starts[run]! < ends[upper]! + width && starts[upper]! + width < ends[run]!)
        join(parents, run, upper);
      if (ends[run]! < ends[upper]! + width) run += 1;
      else upper += 1;
    }
    above = first;
  }
  let largest = 0;
  for (let run = 0; run < count; run++) {
    const patch = firstOf(parents, run);
    if (patch !== run) sure[patch]! += sure[run]!;
  }
  for (let run = 0; run < count; run++) if (parents[run] === run) largest = Math.max(largest, sure[run]!);
  const needed = OWN_RIGHT * largest;
  for (let run = 0; run < count; run++) {
    if (sure[firstOf(parents, run)]! < needed) probability.fill(0, starts[run], ends[run]);
  }
}

function join(parents: Int32Array, a: number, b: number): void {
  const [first, second] = [firstOf(parents, a), firstOf(parents, b)];
  parents[Math.max(first, second)] = Math.min(first, second);
}

/** The patch's first run; shortens the way to it. */
function firstOf(parents: Int32Array, run: number): number {
  while (parents[run] !== run) {
    parents[run] = parents[parents[run]!]!;
    run = parents[run]!;
  }
  return run;
}
