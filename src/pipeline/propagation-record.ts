import { readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { contentHash } from '../core/content-hash.js';
import { MatteflowError } from '../core/errors.js';
import type { Clip } from '../ingest/clip.js';
import type { ForceOptions } from './trimap-options.js';

/** A propagated frame, as it is remembered. */
export interface RecordedFrame {
  /** The frame's number as people know it. */
  readonly frame: number;
  /** 0..1. */
  readonly confidence: number;
  readonly afterCut: boolean;
  /** Whether it has a trimap. */
  readonly reached: boolean;
}

/** What a folder of propagated trimaps holds, and what it was made from. */
export interface PropagationRecord {
  /** The frames of each interval, by the interval's name. */
  readonly intervals: ReadonlyMap<string, readonly RecordedFrame[]>;
  /** `contentHash` of each file as it was written, by its frame's number. */
  readonly files: ReadonlyMap<number, string>;
}

/** Beside the trimaps; hidden, so that it is not taken for one. */
const FILE = '.propagation.json';

/** Goes up whenever the same clip and keyframes give other trimaps. */
const VERSION = 2;

interface Stored {
  readonly clip: string;
  readonly intervals: Readonly<Record<string, readonly RecordedFrame[]>>;
  readonly files: Readonly<Record<number, string>>;
}

/**
 * What a folder of propagated trimaps was made from; undefined where there is no record, or one of another clip, another
 * range, other garbage or holdout mattes or another version: then everything is to be done.
 *
 * @throws MatteflowError `OUTPUT_EXISTS` for a record that cannot be read: nobody can tell any more what is in the folder
 */
export async function readRecord(
  folder: string,
  clip: Clip,
  mattes: ForceOptions,
): Promise<PropagationRecord | undefined> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { clip: name, intervals, files } = parsed(text, folder);
  if (name !== (await nameOf(clip, mattes))) return undefined;
  return {
    intervals: new Map(Object.entries(intervals)),
    files: new Map(Object.entries(files).map(([number, hash]) => [Number(number), hash])),
  };
}

/** Leaves the record for the next time. */
export async function writeRecord(
  folder: string,
  clip: Clip,
  mattes: ForceOptions,
  { intervals, files }: PropagationRecord,
): Promise<void> {
  const stored: Stored = {
    clip: await nameOf(clip, mattes),
    intervals: Object.fromEntries(intervals),
    files: Object.fromEntries(files),
  };
  await writeFile(join(folder, FILE), JSON.stringify(stored));
}

/** Records of other versions are whole, too, as far as their name tells them from ours. */
function parsed(text: string, folder: string): Stored {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch (cause) {
    throw damaged(folder, cause);
  }
  if (!isObject(stored) || typeof stored.clip !== 'string' || !isObject(stored.intervals)) {
    throw damaged(folder);
  }
  const { clip, intervals, files = {} } = stored;
  if (!isObject(files) || !Object.values(intervals).every(isFrameList)) throw damaged(folder);
  return { clip, intervals, files } as Stored;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isFrameList = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every(
    (frame: unknown) =>
      isObject(frame) &&
      Number.isInteger(frame.frame) &&
      typeof frame.confidence === 'number' &&
      typeof frame.afterCut === 'boolean' &&
      typeof frame.reached === 'boolean',
  );

function damaged(folder: string, cause?: unknown): MatteflowError {
  return new MatteflowError('OUTPUT_EXISTS', {
    what: 'the record of what was propagated into the folder is damaged',
    seen: join(folder, FILE),
    remedy: 'Name another folder, or remove this one if nothing in it was painted by hand',
    subject: folder,
    ...(cause !== undefined && { cause }),
  });
}

/** Changes with the clip's file, the range, the mattes and the method. */
async function nameOf(
  { path, firstNumber, frameCount, format }: Clip,
  { garbage, holdout }: ForceOptions,
): Promise<string> {
  const file = await stat(path).catch(() => undefined);
  const content = file ? [file.size, file.mtimeMs] : [];
  const hashOf = (matte: string | undefined): Promise<string> | undefined =>
    matte === undefined ? undefined : contentHash(matte);
  return JSON.stringify([
    VERSION,
    resolve(path),
    content,
    firstNumber,
    frameCount,
    format.width,
    format.height,
    await hashOf(garbage),
    await hashOf(holdout),
  ]);
}
