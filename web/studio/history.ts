import { inverse, type Edit } from './trimap-edit.js';

/** A frame's edits, the newest last, and those that were taken back, the newest first to be repeated. */
export interface History {
  readonly done: readonly Edit[];
  readonly undone: readonly Edit[];
}

/** What a step back or forth does to the trimap, and the history after it. */
export interface Step {
  readonly edit: Edit;
  readonly history: History;
}

export const NO_HISTORY: History = { done: [], undone: [] };

/** Edits that can be taken back, a frame. */
export const LONGEST = 200;

/** After an edit; what was undone cannot be repeated any more. One that changes nothing leaves no trace. */
export function record(history: History, edit: Edit): History {
  if (edit.length === 0) return history;
  return { done: [...history.done, edit].slice(-LONGEST), undone: [] };
}

/** The newest edit taken back; undefined when there is none. */
export function undo({ done, undone }: History): Step | undefined {
  const last = done.at(-1);
  if (!last) return undefined;
  return { edit: inverse(last), history: { done: done.slice(0, -1), undone: [...undone, last] } };
}

/** The edit that was taken back last, again; undefined when there is none. */
export function redo({ done, undone }: History): Step | undefined {
  const last = undone.at(-1);
  if (!last) return undefined;
  return { edit: last, history: { done: [...done, last], undone: undone.slice(0, -1) } };
}
