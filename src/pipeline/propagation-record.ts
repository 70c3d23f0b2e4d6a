import { readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clip } from '../ingest/clip.js';

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

/** The frames of each interval, by the interval's name. */
export type PropagationRecord = ReadonlyMap<string, readonly RecordedFrame[]>;

/** Beside the trimaps; hidden, so that it is not taken for one. */
const FILE = '.propagation.json';

/** Goes up whenever the same clip and keyframes give other trimaps. */
const VERSION = 1;

interface Stored {
  readonly clip: string;
  readonly intervals: Readonly<Record<string, readonly RecordedFrame[]>>;
}

/**
 * What a folder of propagated trimaps was made from; undefined where there is no record, or one of another clip, another
 * range or another version: then everything is to be done.
 */
export async function readRecord(folder: string, clip: Clip): Promise<PropagationRecord | undefined> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { clip: name, intervals } = JSON.parse(text) as Stored;
  return name === (await nameOf(clip)) ? new Map(Object.entries(intervals)) : undefined;
}

/** Leaves the record for the next time. */
export async function writeRecord(folder: string, clip: Clip, intervals: PropagationRecord): Promise<void> {
  const stored: Stored = { clip: await nameOf(clip), intervals: Object.fromEntries(intervals) };
  await writeFile(join(folder, FILE), JSON.stringify(stored));
}

/** Changes with the clip's file, the range and the method. */
async function nameOf({ path, firstNumber, frameCount, format }: Clip): Promise<string> {
  const file = await stat(path).catch(() => undefined);
  const content = file ? [file.size, file.mtimeMs] : [];
  return JSON.stringify([
    VERSION,
    resolve(path),
    content,
    firstNumber,
    frameCount,
    format.width,
    format.height,
  ]);
}
