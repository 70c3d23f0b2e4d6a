import { setFlagsFromString } from 'node:v8';

/** Megabytes of long-lived objects in a thread before garbage among them is first looked for. */
const FIRST_MEGABYTES = 8;

/** How much of what a collection left may be added before the next, percent. V8's own choice is up to 300. */
const GROWTH_PERCENT = 50;

/** For a process of its own: the least room for short-lived objects, which V8 otherwise doubles up to 48 MB, however late. */
export const SMALL_YOUNG_GENERATION = '--max-semi-space-size=1';

/**
 * Has V8 look for long-lived garbage early, in this process and in threads that start from now on. It lets tens of megabytes be in
 * each for thousands of frames: in a long run that looks like a leak. What is computed on lies in buffers, outside. For programs to
 * call before anything else: a library leaves such flags to its program.
 */
export function collectEarly(): void {
  setFlagsFromString(`--initial-old-space-size=${FIRST_MEGABYTES}`);
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
