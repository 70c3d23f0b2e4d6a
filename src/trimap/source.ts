import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { MatteflowError, throwIfAborted } from '../core/errors.js';
import { enlargeRows, smoothTrimap } from './enlarge.js';
import type { Keyframe } from './keyframes.js';
import type { Size } from './picture.js';
import { readTrimap } from './trimap.js';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Pixels enlarged before other work gets its turn: a few milliseconds'. */
const PIXELS_A_TURN = 500_000;

/** How sure each of the trimaps beside it is, by position; says by being there that none is missing. */
const COMPLETE = 'confidences.json';

/** A trimap for every frame of a clip, whatever made it. */
export interface TrimapSource {
  /**
   * @param index - position in the clip, from 0
   * @param dst - full size; receives 0, 128, 255
   * @returns how sure it is, 0..1; a painted one is
   * @throws MatteflowError `TRIMAP_MISSING` when there is none for the frame, and what reading a file throws
   */
  trimapAt(index: number, dst: Uint8Array, signal: AbortSignal): Promise<number>;
  /** Removes what the source has stored. */
  close(): Promise<void>;
}

/** A source of one painted trimap a frame. */
export function trimapSequence(keyframes: readonly Keyframe[], size: Size): TrimapSource {
  const byIndex = new Map(keyframes.map((keyframe) => [keyframe.index, keyframe]));
  return {
    async trimapAt(index, dst, signal): Promise<number> {
      throwIfAborted(signal);
      const keyframe = byIndex.get(index);
      if (!keyframe) throw missing(index);
      dst.set(await readTrimap(keyframe.path, size));
      return 1;
    },
    close: () => Promise.resolve(),
  };
}

export interface StoreOptions {
  /** The frames' size. */
  readonly size: Size;
  /** The propagated trimaps' size. */
  readonly reduced: Size;
  /** Their frames get the person's own file, pixel for pixel. */
  readonly keyframes: readonly Keyframe[];
  readonly signal: AbortSignal;
  /** Where to keep them, compressed, a few kilobytes each; default the system's temporary folder. */
  readonly temporaryFolder?: string;
  /** A folder to leave them in for `keptTrimaps` instead: `close` does not remove it. */
  readonly keepIn?: string | undefined;
}

/** A propagated trimap on its way into the store. */
export interface StoredTrimap {
  /** Position in the clip, from 0. */
  readonly index: number;
  /** The reduced size. */
  readonly trimap: Uint8Array;
  /** 0..1. */
  readonly confidence: number;
}

/**
 * Runs a propagation to its end and keeps the results, whatever their order; frames are brought up to full size when
 * they are asked for.
 */
export async function storeTrimaps(
  propagated: AsyncIterable<StoredTrimap>,
  options: StoreOptions,
): Promise<TrimapSource> {
  const { keyframes, signal, temporaryFolder = tmpdir(), keepIn } = options;
  const folder = keepIn ?? (await mkdtemp(join(temporaryFolder, 'matteflow-trimaps-')));
  if (keepIn !== undefined) await mkdir(keepIn, { recursive: true });
  const isPainted = new Set(keyframes.map(({ index }) => index));
  const stored = new Map<number, number>();
  try {
    for await (const { index, trimap, confidence } of propagated) {
      throwIfAborted(signal);
      if (isPainted.has(index)) continue;
      await writeFile(join(folder, `${index}`), await deflate(trimap, { level: 1 }));
      stored.set(index, confidence);
    }
    if (keepIn !== undefined) await writeFile(join(folder, COMPLETE), JSON.stringify([...stored]));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return storedIn(folder, stored, options);
}

/** The trimaps that an earlier `storeTrimaps` has left complete in a folder; undefined when it has not. */
export async function keptTrimaps(folder: string, options: StoreOptions): Promise<TrimapSource | undefined> {
  const text = await readFile(join(folder, COMPLETE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  return storedIn(folder, new Map(JSON.parse(text) as [number, number][]), { ...options, keepIn: folder });
}

function storedIn(
  folder: string,
  confidences: ReadonlyMap<number, number>,
  { size, reduced, keyframes, keepIn }: StoreOptions,
): TrimapSource {
  const painted = trimapSequence(keyframes, size);
  const isPainted = new Set(keyframes.map(({ index }) => index));
  return {
    async trimapAt(index, dst, signal): Promise<number> {
      if (isPainted.has(index)) return painted.trimapAt(index, dst, signal);
      const confidence = confidences.get(index);
      if (confidence === undefined) throw missing(index);
      const trimap = await inflate(await readFile(join(folder, `${index}`)));
      await enlarge(dst, trimap, size, reduced, signal);
      return confidence;
    },
    close: () => (keepIn === undefined ? rm(folder, { recursive: true, force: true }) : Promise.resolve()),
  };
}

async function enlarge(
  dst: Uint8Array,
  trimap: Uint8Array,
  size: Size,
  reduced: Size,
  signal: AbortSignal,
): Promise<void> {
  if (size.width === reduced.width && size.height === reduced.height) {
    dst.set(trimap);
    return;
  }
  const smooth = smoothTrimap(trimap, reduced);
  const rows = Math.max(1, Math.floor(PIXELS_A_TURN / size.width));
  for (let from = 0; from < size.height; from += rows) {
    await setImmediate();
    throwIfAborted(signal);
    enlargeRows(dst, smooth, size, [from, Math.min(size.height, from + rows)]);
  }
}

function missing(index: number): MatteflowError {
  return new MatteflowError('TRIMAP_MISSING', {
    what: `there is no trimap for frame ${index} (counted from 0)`,
    remedy: 'Give one for every frame, or let them be propagated from keyframes',
  });
}
