/** What a trimap's pixels say; whatever else a file holds is unknown. */
export const BACKGROUND = 0;
export const UNKNOWN = 128;
export const FOREGROUND = 255;

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** First row and one past the last. */
export type Rows = readonly [from: number, to: number];

/** Neighbouring pixels that had one value and got another. */
export interface Run {
  /** Position of the first in the trimap, row-major. */
  readonly start: number;
  readonly length: number;
  readonly before: number;
  readonly after: number;
}

/** A change of a trimap: all that undo needs to take it back, and the server to repeat it. */
export type Edit = readonly Run[];

/** What has changed between two states of a trimap, in the given rows. */
export function editBetween(before: Uint8Array, after: Uint8Array, { width }: Size, [from, to]: Rows): Edit {
  const runs: Run[] = [];
  for (let i = from * width; i < to * width;) {
    const [old, now] = [before[i]!, after[i]!];
    const start = i++;
    if (old === now) continue;
    while (i < to * width && before[i] === old && after[i] === now) i++;
    runs.push({ start, length: i - start, before: old, after: now });
  }
  return runs;
}

/** Repeats an edit, in place. */
export function applyEdit(trimap: Uint8Array, edit: Edit): void {
  for (const { start, length, after } of edit) trimap.fill(after, start, start + length);
}

/** The edit that takes one back. */
export function inverse(edit: Edit): Edit {
  return edit.map(({ before, after, ...pixels }) => ({ ...pixels, before: after, after: before }));
}

/** The rows that an edit touches. */
export function rowsOf(edit: Edit, { width }: Size): Rows {
  let [from, to] = [Infinity, 0];
  for (const { start, length } of edit) {
    from = Math.min(from, Math.floor(start / width));
    to = Math.max(to, Math.floor((start + length - 1) / width) + 1);
  }
  return edit.length > 0 ? [from, to] : [0, 0];
}

/** The rows of both. */
export function joinRows(a: Rows, b: Rows): Rows {
  if (a[0] >= a[1]) return b;
  if (b[0] >= b[1]) return a;
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}
