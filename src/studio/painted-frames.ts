import { join } from 'node:path';
import type { Closer } from '../core/closers.js';
import type { KeyframeClip } from '../trimap/keyframes.js';
import { lockFolder } from './folder-lock.js';
import { applyRuns, type FrameEdit } from './frame-edit.js';
import { TrimapFolder } from './trimap-folder.js';

/** A frame that somebody has painted. */
export interface PaintedFrame {
  readonly number: number;
  /** Whether it is in the folder of keyframes as it is now; a draft alone otherwise. */
  readonly saved: boolean;
  /** Grows with every edit. */
  readonly revision: number;
}

/** Where drafts lie: hidden, so that nobody takes them for keyframes, and beside them, so that they move along. */
const DRAFTS = '.drafts';

interface Entry {
  /** Read when it is first asked for. */
  trimap: Uint8Array | undefined;
  revision: number;
}

/**
 * The painted frames of a clip: keyframes that are saved, and drafts of those that are not yet. An edit is on the disk
 * before it is acknowledged.
 */
export class PaintedFrames {
  readonly #folder: string;
  readonly #keyframes: TrimapFolder;
  readonly #drafts: TrimapFolder;
  readonly #pixels: number;
  readonly #unlock: Closer;
  readonly #entries = new Map<number, Entry>();
  /** What is done to a frame's files: one thing after another. */
  readonly #turns = new Map<number, Promise<unknown>>();
  /** Drafts that wait for their turn: edits that come meanwhile are in them. */
  readonly #waiting = new Map<number, Promise<void>>();

  private constructor(
    folder: string,
    keyframes: TrimapFolder,
    drafts: TrimapFolder,
    pixels: number,
    unlock: Closer,
  ) {
    this.#folder = folder;
    this.#keyframes = keyframes;
    this.#drafts = drafts;
    this.#pixels = pixels;
    this.#unlock = unlock;
    for (const number of [...keyframes.numbers, ...drafts.numbers]) {
      this.#entries.set(number, { trimap: undefined, revision: 0 });
    }
  }

  /** @throws MatteflowError as `TrimapFolder.open` and `lockFolder` do */
  static async open(folder: string, clip: KeyframeClip): Promise<PaintedFrames> {
    const keyframes = await TrimapFolder.open(folder, clip);
    const drafts = await TrimapFolder.open(join(folder, DRAFTS), clip);
    const unlock = await lockFolder(join(folder, DRAFTS, '.lock'));
    return new PaintedFrames(folder, keyframes, drafts, clip.width * clip.height, unlock);
  }

  /** By number. */
  list(): PaintedFrame[] {
    const numbers = [...this.#entries.keys()].sort((a, b) => a - b);
    return numbers.map((number) => this.stateOf(number)!);
  }

  stateOf(number: number): PaintedFrame | undefined {
    const entry = this.#entries.get(number);
    return entry && { number, saved: !this.#drafts.has(number), revision: entry.revision };
  }

  /** The frame's trimap, which is not to be changed; undefined when nobody has painted it. */
  async trimapOf(number: number): Promise<Uint8Array | undefined> {
    const entry = this.#entries.get(number);
    if (!entry) return undefined;
    const trimap = entry.trimap ?? (await this.#drafts.read(number)) ?? (await this.#keyframes.read(number));
    // Somebody else may have read it meanwhile, and painted on it.
    entry.trimap ??= trimap;
    return entry.trimap;
  }

  /**
   * Carries an edit out; one of a frame that nobody has painted begins with background everywhere.
   *
   * @throws MatteflowError `OUTPUT_UNWRITABLE`: the edit is remembered, not on the disk
   */
  async edit(number: number, { runs, painted }: Pick<FrameEdit, 'runs' | 'painted'>): Promise<void> {
    const before = await this.trimapOf(number);
    const entry = this.#entries.get(number) ?? { trimap: undefined, revision: 0 };
    entry.trimap ??= before ?? new Uint8Array(this.#pixels);
    applyRuns(entry.trimap, runs);
    entry.revision += 1;
    this.#entries.set(number, entry);
    if (!painted && !this.#keyframes.has(number)) this.#entries.delete(number);
    await this.#writeDraft(number);
  }

  /**
   * Makes keyframes of all drafts.
   *
   * @returns their numbers
   * @throws MatteflowError `OUTPUT_UNWRITABLE`; what was not written stays a draft
   */
  async save(): Promise<number[]> {
    const drafts = [...this.#drafts.numbers];
    for (const number of drafts) await this.#inTurn(number, () => this.#saveOne(number));
    return drafts;
  }

  /** Makes a frame unpainted. Its trimap is set aside among the drafts' files, under a name that is no frame's. */
  async remove(number: number): Promise<void> {
    this.#entries.delete(number);
    const aside = (kind: string): string =>
      join(this.#folder, DRAFTS, `.removed-${number}-${kind}-${Date.now()}.png`);
    await this.#inTurn(number, async () => {
      await this.#drafts.setAside(number, aside('draft'));
      await this.#keyframes.setAside(number, aside('keyframe'));
    });
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#turns.values());
    await this.#unlock();
  }

  async #saveOne(number: number): Promise<void> {
    const trimap = await this.trimapOf(number);
    const entry = this.#entries.get(number);
    if (!trimap || !entry) return;
    const { revision } = entry;
    await this.#keyframes.write(number, trimap);
    // What was painted meanwhile is not saved yet.
    if (entry.revision === revision) await this.#drafts.remove(number);
  }

  /** Several edits that come while something is written share the write after it. */
  #writeDraft(number: number): Promise<void> {
    const waiting =
      this.#waiting.get(number) ??
      this.#inTurn(number, () => {
        this.#waiting.delete(number);
        const trimap = this.#entries.get(number)?.trimap;
        return trimap ? this.#drafts.write(number, trimap) : this.#drafts.remove(number);
      });
    this.#waiting.set(number, waiting);
    return waiting;
  }

  #inTurn(number: number, work: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(number) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(work);
    this.#turns.set(number, turn);
    return turn;
  }
}
