import { join } from 'node:path';
import { contentHash } from '../core/content-hash.js';
import type { SegmentStore } from '../output/segment-sink.js';
import type { Segment } from '../output/segment.js';

/** What is known of a finished segment. */
export interface SegmentRecord {
  /** Position among the run's segments, from 0. */
  readonly number: number;
  /** Of the segment's file or folder, in the folder of all. */
  readonly name: string;
  /** When its first frame is shown, in the source's ticks. */
  readonly ticks: number;
  /** SHA-256 of what it holds. */
  readonly sha256: string;
}

/** Whether a segment in a folder is what its record says. */
export async function isSound(
  folder: string,
  { name, sha256 }: Pick<SegmentRecord, 'name' | 'sha256'>,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await contentHash(join(folder, name), signal).catch(() => undefined);
  signal.throwIfAborted();
  return found === sha256;
}

/** Segments in a folder of one process's own, which it remembers as long as it runs. */
export class SegmentFolder implements SegmentStore {
  readonly folder: string;
  readonly segments: readonly Segment[];
  readonly #zeroTicks: number | undefined;
  readonly #records = new Map<number, SegmentRecord>();

  /** @param zeroTicks - when the run's first frame is shown, where its segment is made elsewhere */
  constructor(folder: string, segments: readonly Segment[], zeroTicks?: number) {
    this.folder = folder;
    this.segments = segments;
    this.#zeroTicks = zeroTicks;
  }

  /** Those that are finished. */
  get records(): readonly SegmentRecord[] {
    return [...this.#records.values()];
  }

  /** Takes over a segment that has been put into the folder. */
  add(record: SegmentRecord): void {
    this.#records.set(record.number, record);
  }

  has({ number }: Segment): boolean {
    return this.#records.has(number);
  }

  ticksOf({ number }: Segment): number | undefined {
    return this.#records.get(number)?.ticks ?? (number === 0 ? this.#zeroTicks : undefined);
  }

  async keep({ number }: Segment, name: string, ticks: number): Promise<void> {
    this.add({ number, name, ticks, sha256: await contentHash(join(this.folder, name)) });
  }

  joined(): Promise<void> {
    return Promise.resolve();
  }
}
