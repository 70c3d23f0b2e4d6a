import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { startFfmpeg } from '../src/ffmpeg/process.js';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';

/** A clip and the folder of its keyframes' trimaps, four digits each. */
export interface KeyedClip {
  readonly input: string;
  readonly trimaps: string;
  readonly keyframes: readonly number[];
  readonly frames: number;
}

/** The clip over and over, its first and last frames painted: every seam is a cut with a keyframe on either side. */
export async function repeatClip(
  folder: string,
  { input: source, trimaps: painted, keyframes, frames }: KeyedClip,
  times: number,
  ffmpeg: Ffmpeg,
): Promise<KeyedClip> {
  const input = join(folder, 'long.mp4');
  const loop = { source, options: ['-stream_loop', String(times - 1)] };
  const { signal } = new AbortController();
  await startFfmpeg(ffmpeg, { inputs: [loop], outputs: [{ target: input, options: ['-c', 'copy'] }] }, signal)
    .done;
  const trimaps = join(folder, 'trimaps');
  await mkdir(trimaps);
  const named = (number: number, digits: number): string => `${String(number).padStart(digits, '0')}.png`;
  const repeated: number[] = [];
  for (let first = 0; first < times * frames; first += frames) {
    for (const keyframe of keyframes) {
      repeated.push(first + keyframe);
      await symlink(join(painted, named(keyframe, 4)), join(trimaps, named(first + keyframe, 6)));
    }
  }
  return { input, trimaps, keyframes: repeated, frames: times * frames };
}
