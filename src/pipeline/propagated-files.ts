import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash } from '../core/content-hash.js';
import type { Clip } from '../ingest/clip.js';
import { readTrimap, writeTrimap } from '../trimap/trimap.js';
import type { ForceMattes } from './force-trimaps.js';
import { frameName } from './found-masks.js';
import type { KeyframePlan } from './keyframe-plan.js';
import type { RecordedFrame } from './propagation-record.js';

/** Whether the run has the frame. */
export const inRun = ({ firstNumber, frameCount }: Clip, frame: number): boolean =>
  frame >= firstNumber && frame < firstNumber + frameCount;

/** Puts garbage and holdout mattes into the trimaps, in order. */
export async function forceFiles(folder: string, clip: Clip, mattes: ForceMattes): Promise<void> {
  for (const number of await numbersIn(folder, clip)) {
    const path = join(folder, frameName(number));
    const trimap = await readTrimap(path, clip.format);
    await mattes.force(trimap, number - clip.firstNumber);
    await writeTrimap(path, trimap, clip.format);
  }
}

/** `contentHash` of each trimap by its frame's number. */
export async function fileHashes(folder: string, clip: Clip): Promise<Map<number, string>> {
  const hashes = new Map<number, string>();
  for (const number of await numbersIn(folder, clip))
    hashes.set(number, await contentHash(join(folder, frameName(number))));
  return hashes;
}

/** The frames of the run that have a trimap in the folder, in order. */
async function numbersIn(folder: string, { firstNumber, frameCount }: Clip): Promise<number[]> {
  const names = new Set(await readdir(folder));
  const numbers = Array.from({ length: frameCount }, (_, index) => firstNumber + index);
  return numbers.filter((number) => names.has(frameName(number)));
}

/** Takes over the trimaps of frames that stand as they were. */
export async function keepFiles(
  from: string,
  to: string,
  solved: readonly RecordedFrame[],
  clip: Clip,
): Promise<void> {
  for (const { frame, reached } of solved) {
    if (reached && inRun(clip, frame))
      await copyFile(join(from, frameName(frame)), join(to, frameName(frame)));
  }
}

/** Writes the painted trimaps of the run's frames. */
export async function copyPainted({ keyframes }: KeyframePlan, clip: Clip, folder: string): Promise<void> {
  for (const { number, path } of keyframes) {
    if (!inRun(clip, number)) continue;
    await writeTrimap(join(folder, frameName(number)), await readTrimap(path, clip.format), clip.format);
  }
}
