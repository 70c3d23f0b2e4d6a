import type { Size } from './picture.js';

/** A patch of perhaps-foreground needs this share of the largest one's sure pixels to stand on its own. */
const OWN_RIGHT = 0.005;

/** Scratch of `dropIslands`: two planes and a stack. */
export interface IslandScratch {
  readonly stack: Int32Array;
  readonly patch: Int32Array;
}

export function allocateIslandScratch({ width, height }: Size): IslandScratch {
  return { stack: new Int32Array(width * height), patch: new Int32Array(width * height) };
}

/**
 * Makes background of what is only perhaps foreground and does not touch the subject: 4-connected patches of
 * pixels above `doubt` in which hardly any pixel is sure. A thing held apart from the subject (a ball in the
 * air) is sure enough to stay. Things that move in the background raise such patches where they wear the
 * subject's colours.
 *
 * @param probability - 0..1, changed in place
 * @param doubt - pixels at or below it are background
 */
export function dropIslands(
  probability: Float32Array,
  doubt: number,
  { width, height }: Size,
  { stack, patch }: IslandScratch,
): void {
  patch.fill(0);
  const sure: number[] = [0];
  for (let seed = 0; seed < probability.length; seed++) {
    if (patch[seed] !== 0 || probability[seed]! <= doubt) continue;
    const label = sure.length;
    let count = 0;
    let top = 0;
    stack[top++] = seed;
    patch[seed] = label;
    while (top > 0) {
      const i = stack[--top]!;
      if (probability[i]! > 1 - doubt) count += 1;
      const x = i % width;
      const open = (n: number): boolean => patch[n] === 0 && probability[n]! > doubt;
      const push = (n: number): void => {
        patch[n] = label;
        stack[top++] = n;
      };
      if (x > 0 && open(i - 1)) push(i - 1);
      if (x + 1 < width && open(i + 1)) push(i + 1);
      if (i >= width && open(i - width)) push(i - width);
      if (i + width < width * height && open(i + width)) push(i + width);
    }
    sure.push(count);
  }
  let largest = 0;
  for (const count of sure) if (count > largest) largest = count;
  const needed = OWN_RIGHT * largest;
  for (let i = 0; i < probability.length; i++) {
    if (patch[i] !== 0 && sure[patch[i]!]! < needed) probability[i] = 0;
  }
}
