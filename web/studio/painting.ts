import { drawBand } from './band.js';
import type { Frame, Frames } from './frames.js';
import type { Edit, Size } from './trimap-edit.js';

/** The page that is painted on. */
export interface PaintedPage {
  readonly clip: Size;
  /** Number of the frame that is shown. */
  readonly current: number;
  /** That frame, once it has been fetched. */
  readonly frame: Frame | undefined;
  /** Whether a stroke is under way: nothing else may change the frame then. */
  readonly busy: boolean;
  /** Whether a frame is a keyframe on the disk. */
  isSaved(number: number): boolean;
  /** Shows the shown frame's edit and has it brought to the server. */
  send(edit: Edit, painted: boolean): void;
}

/** What is done to the shown frame's trimap, but for the strokes themselves. Each is a step for undo. */
export class Painting {
  /** Pixels. */
  bandWidth = 16;
  readonly #page: PaintedPage;
  readonly #frames: Frames;

  constructor(page: PaintedPage, frames: Frames) {
    this.#page = page;
    this.#frames = frames;
  }

  /** A stroke has ended. @param before - the trimap when it began */
  commit(frame: Frame, before: Uint8Array): void {
    const edit = this.#frames.commit(this.#page.current, frame, before);
    if (edit) this.#page.send(edit, true);
  }

  /** Changes the trimap as a whole. */
  alter(change: (trimap: Uint8Array) => unknown): void {
    const { frame, busy } = this.#page;
    if (!frame || busy) return;
    const before = frame.trimap.slice();
    change(frame.trimap);
    this.commit(frame, before);
    // The subject may be out of the picture: background everywhere is an answer too.
    if (frame.origin === 'none') this.keep();
  }

  band(): void {
    this.alter((trimap) => drawBand(trimap, this.#page.clip, this.bandWidth));
  }

  step(direction: 'undo' | 'redo'): void {
    const { frame, busy, current } = this.#page;
    if (!frame || busy) return;
    const step = this.#frames.step(frame, direction, this.#page.isSaved(current));
    if (step) this.#page.send(step.edit, step.painted);
  }

  /** Makes the shown trimap a keyframe as it is. */
  keep(): void {
    const { frame, busy, current } = this.#page;
    if (!frame || busy || frame.origin === 'painted') return;
    this.#page.send(this.#frames.keep(current, frame), true);
  }
}
