import { LONGEST, NO_HISTORY, record, redo, undo, type History } from './history.js';
import { fetchTrimap } from './server.js';
import { applyEdit, editBetween, type Edit, type Size } from './trimap-edit.js';

/** Where a frame's trimap comes from. */
export type Origin = 'painted' | 'propagated' | 'none';

/** A frame's trimap as it is seen. */
export interface Frame {
  origin: Origin;
  /** Where it came from, or would come from, unpainted. */
  readonly before: Origin;
  /** What is shown and painted on. */
  readonly trimap: Uint8Array;
  /** What propagation says, or background where it says nothing: what an eraser brings back. */
  readonly under: Uint8Array;
  history: History;
  /** Whether its first stroke is in the history: taking all back makes it unpainted again. */
  begunHere: boolean;
}

/** Frames kept besides those that were painted in this page. */
const KEPT = 24;

/** The trimaps that the page has, and what was done to them. */
export class Frames {
  readonly #size: Size;
  readonly #frames = new Map<number, Promise<Frame>>();
  readonly #touched = new Set<number>();

  constructor(size: Size) {
    this.#size = size;
  }

  /** @throws Refusal, TypeError as the server's calls do */
  async get(number: number): Promise<Frame> {
    const frame = this.#frames.get(number) ?? this.#load(number);
    this.#frames.delete(number);
    this.#frames.set(number, frame);
    const spare = [...this.#frames.keys()].filter((each) => !this.#touched.has(each));
    for (const old of spare.slice(0, -KEPT)) this.#frames.delete(old);
    try {
      return await frame;
    } catch (error) {
      this.#frames.delete(number);
      throw error;
    }
  }

  /** Has the frame fetched anew: somebody else has changed it. */
  forget(number: number): void {
    this.#frames.delete(number);
    this.#touched.delete(number);
  }

  /** What propagation has made of an unpainted frame is out of date. */
  forgetUntouched(number: number): void {
    if (!this.#touched.has(number)) this.#frames.delete(number);
  }

  /**
   * Makes what has been painted since `before` an edit that can be taken back. The frame is a painted one from now on.
   *
   * @param before - the trimap as it was shown
   * @returns the edit for the server; undefined when nothing has changed
   */
  commit(number: number, frame: Frame, before: Uint8Array): Edit | undefined {
    const change = this.#between(before, frame.trimap);
    if (change.length === 0) return undefined;
    const edit = frame.origin === 'painted' ? change : this.#whole(frame);
    this.#touched.add(number);
    frame.origin = 'painted';
    frame.history = record(frame.history, change);
    if (frame.history.done.length === LONGEST) frame.begunHere = false;
    return edit;
  }

  /** Makes an unpainted frame a painted one as it is. Nothing takes that back but removing it. */
  keep(number: number, frame: Frame): Edit {
    const edit = this.#whole(frame);
    this.#touched.add(number);
    frame.origin = 'painted';
    frame.begunHere = false;
    return edit;
  }

  /**
   * One step back or forth.
   *
   * @param saved - whether the frame is a keyframe on the disk, which it then stays
   * @returns the edit for the server, and whether the frame is painted after it; undefined when there is no step
   */
  step(
    frame: Frame,
    direction: 'undo' | 'redo',
    saved: boolean,
  ): { readonly edit: Edit; readonly painted: boolean } | undefined {
    const step = (direction === 'undo' ? undo : redo)(frame.history);
    if (!step) return undefined;
    applyEdit(frame.trimap, step.edit);
    frame.history = step.history;
    const edit = frame.origin === 'painted' ? step.edit : this.#whole(frame);
    const unpainted = frame.begunHere && frame.history.done.length === 0 && !saved;
    frame.origin = unpainted ? frame.before : 'painted';
    return { edit, painted: !unpainted };
  }

  /** The server takes an unpainted frame for background everywhere. */
  #whole({ trimap }: Frame): Edit {
    return this.#between(new Uint8Array(trimap.length), trimap);
  }

  #between(before: Uint8Array, after: Uint8Array): Edit {
    return editBetween(before, after, this.#size, [0, this.#size.height]);
  }

  async #load(number: number): Promise<Frame> {
    const [painted, propagated] = await Promise.all([
      fetchTrimap(number, 'painted'),
      fetchTrimap(number, 'propagated'),
    ]);
    const under = propagated ?? new Uint8Array(this.#size.width * this.#size.height);
    const before = propagated ? 'propagated' : 'none';
    return {
      origin: painted ? 'painted' : before,
      before,
      trimap: painted ?? under.slice(),
      under,
      history: NO_HISTORY,
      begunHere: !painted,
    };
  }
}
