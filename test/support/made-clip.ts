import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { writeClip, type WriteOptions, type WrittenClip } from '../../fixtures/write-clip.js';
import type { FixtureKind } from '../../fixtures/clip.js';
import { findFfmpeg } from '../../src/ffmpeg/tools.js';

/** A folder that goes when the running test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'matteflow-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A small made clip, lossless, in `folder`. */
export async function smallClip(
  folder: string,
  options: Partial<Pick<WriteOptions, 'width' | 'height' | 'frames' | 'keyframes'>> & {
    kind?: FixtureKind;
  } = {},
): Promise<WrittenClip> {
  const { kind = 'hair', ...rest } = options;
  return writeClip(folder, kind, {
    width: 192,
    height: 128,
    frames: 10,
    seed: 3,
    signal: new AbortController().signal,
    ...rest,
    encode: { as: 'ffv1', ffmpeg: await findFfmpeg() },
  });
}
