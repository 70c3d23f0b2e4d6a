import { extname, join } from 'node:path';
import { closeAll } from '../core/closers.js';
import type { Frame } from '../core/frame.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { orDiskFull } from './disk-full.js';
import type { EncodingPlan } from './encoding-plan.js';
import { inspectPlate, openSink } from './open-sink.js';
import type { OutputSource, OutputTarget } from './output-target.js';
import { packedSize, type Packing } from './pack.js';
import { planOutput } from './plan-output.js';
import { stageOutput } from './publish.js';
import { joinFiles, joinFolders } from './segment-join.js';
import type { Segment } from './segment.js';
import type { FrameSink, OutputSummary } from './sink.js';
import { verifyOutput } from './verify.js';

/** Where finished segments are kept, and what is known of them after a restart. */
export interface SegmentStore {
  /** Holds the segments; on the disk of the output. */
  readonly folder: string;
  /** All segments of the run, in order, of one length but for the last. */
  readonly segments: readonly Segment[];
  /** The time of a finished segment's first frame, in the frames' ticks; undefined for one that is not finished. */
  ticksOf(segment: Segment): number | undefined;
  /** Remembers a finished segment for good. */
  keep(segment: Segment, name: string, ticks: number): Promise<void>;
  /** Remembers the joined output, just before it gets its name. */
  joined(temporary: string): Promise<void>;
}

/**
 * An output made in segments: each is encoded into a file of its own in the store's folder, and at the end all are joined
 * without encoding again. Frames may come in any order of segments, and within one in their own.
 */
export class SegmentSink implements FrameSink {
  readonly packing: Packing;
  readonly packedBytes: number;
  readonly #parts: SegmentParts;
  #current: { readonly segment: Segment; readonly sink: FrameSink; readonly ticks: number } | undefined;
  /** The time of the run's first frame, ticks. */
  #zeroTicks: number | undefined;
  /** The segment before, which is being finished while the next one is written. Never rejects. */
  #finishing: Promise<void> = Promise.resolve();
  #failure: { readonly reason: unknown } | undefined;

  constructor(parts: SegmentParts) {
    this.packing = parts.plan.packing;
    this.packedBytes = packedSize(parts.source.format, parts.plan.packing);
    this.#parts = parts;
    this.#zeroTicks = parts.store.ticksOf(parts.store.segments[0]!);
  }

  async write(frame: Frame, signal: AbortSignal): Promise<void> {
    const { segments } = this.#parts.store;
    const segment = segments[Math.floor(frame.index / segments[0]!.count)]!;
    if (this.#failure) throw this.#failure.reason;
    if (frame.index === segment.first) await this.#begin(segment, frame.timestamp.ticks);
    if (this.#current?.segment !== segment) throw new Error(`frame ${frame.index} is out of turn`);
    await this.#current.sink.write(frame, signal);
    if (frame.index === segment.first + segment.count - 1) await this.#end();
  }

  /** Waits until every segment that was written to its end is kept. @throws what finishing or keeping one threw */
  async settle(): Promise<void> {
    await this.#finishing;
    if (this.#failure) throw this.#failure.reason;
  }

  async finish(): Promise<OutputSummary> {
    await this.settle();
    const { ffmpeg, source, target, plan, store, signal } = this.#parts;
    const frames = source.frameCount;
    const kind = plan.sequence ? 'folder' : 'file';
    const { overwrite = false } = target;
    const staged = await stageOutput(target.path, { kind, overwrite, within: store.folder });
    try {
      const complaint = await this.#join(staged.temporary);
      const written = {
        ...{ path: staged.temporary, frames, subject: target.path },
        ...{ sequence: plan.sequence !== undefined, indexed: plan.indexed ?? false },
      };
      const bytes = await verifyOutput(ffmpeg, written, signal);
      await store.joined(staged.temporary);
      await staged.publish();
      const survived = complaint === '' ? [] : [`ffmpeg went on after an error: ${complaint}`];
      return { path: target.path, frames, bytes, notices: [...plan.notices, ...survived] };
    } catch (error) {
      throw await orDiskFull(error, store.folder);
    } finally {
      await staged.discard();
    }
  }

  /** Gives up the segment that is being written. Finished ones stay, and writing may go on at the start of any other. */
  async abort(): Promise<void> {
    const unfinished = this.#current;
    this.#current = undefined;
    await closeAll([() => this.#finishing, () => unfinished?.sink.abort() ?? Promise.resolve()]);
    this.#failure = undefined;
  }

  async #begin(segment: Segment, ticks: number): Promise<void> {
    const { ffmpeg, source, target, plan, store, signal } = this.#parts;
    if (segment.first === 0) this.#zeroTicks = ticks;
    const piece: { -readonly [K in keyof OutputSource]: OutputSource[K] } = {
      ...source,
      firstNumber: source.firstNumber + segment.first,
      frameCount: segment.count,
    };
    // The joined output gets them.
    delete piece.audio;
    delete piece.timecode;
    const path = join(store.folder, segmentName(segment, plan, target));
    const sink = await openSink(ffmpeg, piece, { ...target, path, overwrite: true }, signal, this.#zeroTicks);
    this.#current = { segment, sink, ticks };
  }

  async #end(): Promise<void> {
    await this.#finishing;
    const { segment, sink, ticks } = this.#current!;
    const { plan, target, store } = this.#parts;
    this.#current = undefined;
    this.#finishing = sink
      .finish()
      .then(() => store.keep(segment, segmentName(segment, plan, target), ticks))
      .catch(async (error: unknown) => {
        this.#failure = { reason: await orDiskFull(error, store.folder) };
      });
  }

  async #join(temporary: string): Promise<string> {
    const { ffmpeg, source, target, plan, store, signal } = this.#parts;
    const pieces = store.segments.map((segment) => ({
      name: segmentName(segment, plan, target),
      ticks: store.ticksOf(segment)! - this.#zeroTicks!,
    }));
    if (plan.join) {
      const { timeBase } = source;
      const joining = { plan: plan.join, timeBase, target: temporary };
      return joinFiles(ffmpeg, store.folder, pieces, joining, signal);
    }
    await joinFolders(store.folder, pieces, { target: temporary, digits: plan.sequence?.digits ?? 0 });
    return '';
  }
}

/** What a segmented output consists of. */
interface SegmentParts {
  readonly ffmpeg: Ffmpeg;
  readonly source: OutputSource;
  readonly target: OutputTarget;
  /** Of the whole output. */
  readonly plan: EncodingPlan;
  readonly store: SegmentStore;
  readonly signal: AbortSignal;
}

/** How an output is made, if it can be made in segments. Looks at names, options and backgrounds. */
export async function planSegments(
  ffmpeg: Ffmpeg,
  source: OutputSource,
  target: OutputTarget,
  signal: AbortSignal,
): Promise<EncodingPlan | undefined> {
  const plan = planOutput(ffmpeg, source, target, await inspectPlate(ffmpeg, target, signal));
  return plan.join || plan.sequence ? plan : undefined;
}

/**
 * Proves that an output can be written under its name and that its folder is writable.
 *
 * @throws MatteflowError `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`
 */
export async function requireFree(
  { path, overwrite = false }: OutputTarget,
  plan: EncodingPlan,
): Promise<void> {
  const staged = await stageOutput(path, { kind: plan.sequence ? 'folder' : 'file', overwrite });
  await staged.discard();
}

function segmentName({ number }: Segment, { sequence }: EncodingPlan, { path }: OutputTarget): string {
  return String(number).padStart(6, '0') + (sequence ? '' : extname(path).toLowerCase());
}
