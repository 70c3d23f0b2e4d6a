import { basename, dirname, extname, join } from 'node:path';
import { asError, MatteflowError } from '../core/errors.js';
import type { FramePlanes } from '../core/frame.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { orDiskFull } from '../output/disk-full.js';
import { KeyedFeed } from '../output/keyed-feed.js';
import { stageOutput, type StagedOutput } from '../output/publish.js';
import { indexRecording, recordJob, requireRecordable } from '../output/record-file.js';
import type { KeyedOutput, KeyedStream, OutputReport } from './keyed-output.js';

/** Where recordings go. */
export interface RecordingParts {
  readonly ffmpeg: Ffmpeg;
  /** As a person wrote it. The first recording has this name, later ones a number: `talk.mov`, `talk-2.mov`. */
  readonly path: string;
  readonly onNotice: (notice: string) => void;
}

/** A file that will have a name which nothing has now, neither on the disk nor among recordings under way. */
interface Place {
  readonly path: string;
  readonly staged: StagedOutput;
}

const underWay = new Set<string>();

/**
 * Proves, before anybody publishes, that recordings can be made.
 *
 * @throws MatteflowError `USAGE` for another kind of file, `OUTPUT_UNWRITABLE`, `TOOL_FAILED`
 */
export async function requireRecording({ ffmpeg, path }: RecordingParts): Promise<void> {
  requireRecordable(ffmpeg, path);
  const { path: name, staged } = await stageNumbered(path);
  underWay.delete(name);
  await staged.discard();
}

/** One publisher's keyed picture and sound, in a file that gets its name when it is complete. */
export class Recording implements KeyedOutput {
  readonly #parts: RecordingParts;
  readonly #place: Place;
  readonly #feed: KeyedFeed;
  /** What ended it before the stream did; resolves when that has been dealt with. */
  #failed: Promise<void> | undefined;
  #closing = false;

  private constructor(parts: RecordingParts, place: Place, { format, sound }: KeyedStream) {
    const { ffmpeg } = parts;
    const names = { path: place.path, target: place.staged.temporary };
    this.#parts = parts;
    this.#place = place;
    this.#feed = new KeyedFeed({
      ...{ ffmpeg, format, sound },
      job: (inputOptions) => recordJob(ffmpeg, format, names, inputOptions),
    });
    this.#feed.done.catch((error: unknown) => {
      if (!this.#closing) this.#failed = this.#keep(error);
    });
  }

  /** @throws MatteflowError `OUTPUT_UNWRITABLE` */
  static async open(parts: RecordingParts, stream: KeyedStream): Promise<Recording> {
    const place = await stageNumbered(parts.path);
    try {
      return new Recording(parts, place, stream);
    } catch (error) {
      await release(place);
      throw error;
    }
  }

  get report(): OutputReport {
    const state = this.#failed ? 'stopped' : 'on';
    return { name: 'record', state, ...this.#feed.counts };
  }

  picture(planes: Pick<FramePlanes, 'colour' | 'alpha'>, milliseconds: number): void {
    if (!this.#failed) this.#feed.picture(planes, milliseconds);
  }

  sound(data: Uint8Array, milliseconds: number): void {
    if (!this.#failed) this.#feed.sound(data, milliseconds);
  }

  async close(): Promise<void> {
    this.#closing = true;
    await (this.#failed ?? this.#finish().catch((error: unknown) => this.#keep(error)));
  }

  async #finish(): Promise<void> {
    const { ffmpeg, onNotice } = this.#parts;
    const { path, staged } = this.#place;
    if (!this.#feed.begun) {
      await this.#feed.stop();
      await release(this.#place);
      return;
    }
    await this.#feed.end();
    const { frames, dropped } = this.#feed.counts;
    // Ctrl-C has been pressed once already; what is recorded is worth the seconds this takes.
    await indexRecording(ffmpeg, staged.temporary, frames, new AbortController().signal);
    await staged.publish();
    underWay.delete(path);
    onNotice(`recorded ${path}: ${frames} frames${dropped > 0 ? `, ${dropped} dropped` : ''}`);
  }

  /** It cannot go on, or not be finished: what there is stays, under its name if that can be had. */
  async #keep(error: unknown): Promise<void> {
    const { onNotice } = this.#parts;
    const { path, staged } = this.#place;
    const reason = asError(await orDiskFull(error, dirname(path))).message;
    const kept = await staged.publish().then(
      () => path,
      () => staged.temporary,
    );
    underWay.delete(path);
    onNotice(`The recording has stopped; the stream goes on. ${reason}. What was recorded is in ${kept}`);
  }
}

async function stageNumbered(path: string): Promise<Place> {
  const extension = extname(path);
  for (let n = 1; ; n += 1) {
    const numbered = n === 1 ? path : join(dirname(path), `${basename(path, extension)}-${n}${extension}`);
    if (underWay.has(numbered)) continue;
    underWay.add(numbered);
    try {
      const staged = await stageOutput(numbered, { kind: 'file', overwrite: false });
      return { path: numbered, staged };
    } catch (error) {
      underWay.delete(numbered);
      if (!(error instanceof MatteflowError && error.code === 'OUTPUT_EXISTS')) throw error;
    }
  }
}

async function release({ path, staged }: Place): Promise<void> {
  underWay.delete(path);
  await staged.discard();
}
