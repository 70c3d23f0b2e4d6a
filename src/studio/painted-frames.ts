import { join } from 'node:path';
import type { KeyframeClip } from '../trimap/keyframes.js';
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
  trimap: Uint8Array | undefined;
  revision: number;
  /** The draft on the disk lags behind while this is under way, and at most one more write waits for it. */
  writing: Promise<void>;
  next: Promise<void> | undefined;
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
  readonly #entries = new Map<number, Entry>();

  private constructor(folder: string, keyframes: TrimapFolder, drafts: TrimapFolder, pixels: number) {
    this.#folder = folder;
    this.#keyframes = keyframes;
    this.#drafts = drafts;
    this.#pixels = pixels;
    for (const number of [...keyframes.numbers, ...drafts.numbers]) {
      this.#entries.set(number, newEntry());
    }
  }

  /** @throws MatteflowError as `TrimapFolder.open` does */
  static async open(folder: string, clip: KeyframeClip): Promise<PaintedFrames> {
    const keyframes = await TrimapFolder.open(folder, clip);
    const drafts = await TrimapFolder.open(join(folder, DRAFTS), clip);
    return new PaintedFrames(folder, keyframes, drafts, clip.width * clip.height);
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
    entry.trimap ??= (await this.#drafts.read(number)) ?? (await this.#keyframes.read(number));
    return entry.trimap;
  }

  /**
   * Carries an edit out; one of a frame that nobody has painted begins with background everywhere.
   *
   * @throws MatteflowError `OUTPUT_UNWRITABLE`: the edit is remembered, not on the disk
   */
  async edit(number: number, { runs, painted }: FrameEdit): Promise<void> {
    const before = await this.trimapOf(number);
    const entry = this.#entries.get(number) ?? newEntry();
    entry.trimap ??= before ?? new Uint8Array(this.#pixels);
    applyRuns(entry.trimap, runs);
    entry.revision += 1;
    this.#entries.set(number, entry);
    if (!painted && !this.#keyframes.has(number)) this.#entries.delete(number);
    await this.#writeDraft(number, entry);
  }

  /**
   * Makes keyframes of all drafts.
   *
   * @returns their numbers
   * @throws MatteflowError `OUTPUT_UNWRITABLE`; what was not written stays a draft
   */
  async save(): Promise<number[]> {
    const drafts = [...this.#drafts.numbers];
    for (const number of drafts) {
      const trimap = await this.trimapOf(number);
      const entry = this.#entries.get(number);
      if (!trimap || !entry) continue;
      const { revision } = entry;
      await this.#keyframes.write(number, trimap);
      // What was painted meanwhile is not saved yet.
      await entry.writing;
      if (entry.revision === revision) await this.#drafts.remove(number);
    }
    return drafts;
  }

  /** Makes a frame unpainted. Its trimap is set aside among the drafts' files, under a name that is no frame's. */
  async remove(number: number): Promise<void> {
    const entry = this.#entries.get(number);
    if (!entry) return;
    this.#entries.delete(number);
    await (entry.next ?? entry.writing);
    const aside = (kind: string): string =>
      join(this.#folder, DRAFTS, `.removed-${number}-${kind}-${Date.now()}.png`);
    await this.#drafts.setAside(number, aside('draft'));
    await this.#keyframes.setAside(number, aside('keyframe'));
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#entries.values()].map(({ writing, next }) => next ?? writing));
  }

  /** Several edits that come while a draft is being written share the write after it. */
  #writeDraft(number: number, entry: Entry): Promise<void> {
    entry.next ??= entry.writing
      .catch(() => undefined)
      .then(() => {
        entry.writing = entry.next!;
        entry.next = undefined;
        if (this.#entries.get(number) === entry) return this.#drafts.write(number, entry.trimap!);
        return this.#entries.has(number) ? undefined : this.#drafts.remove(number);
      });
    return entry.next;
  }
}

function newEntry(): Entry {
  return { trimap: undefined, revision: 0, writing: Promise.resolve(), next: undefined };
}
