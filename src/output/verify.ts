import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { probeVideo } from '../ffmpeg/probe.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';

/**
 * Counts the frames that really are in a finished file or folder: ffmpeg's exit code says nothing about it.
 *
 * @returns size in bytes
 * @throws MatteflowError `OUTPUT_INCOMPLETE` when the count differs or the file cannot be read back; `ABORTED`
 */
export async function verifyOutput(
  ffmpeg: Ffmpeg,
  written: { path: string; sequence: boolean; frames: number; subject: string },
  signal: AbortSignal,
): Promise<number> {
  const { path, sequence, frames, subject } = written;
  const { count, bytes } = sequence ? await measureFolder(path) : await measureFile(ffmpeg, written, signal);
  if (count !== frames || frames === 0) {
    throw new MatteflowError('OUTPUT_INCOMPLETE', {
      what: 'the output is incomplete and was thrown away',
      seen: `${count} frames`,
      expected: frames === 0 ? 'at least one' : `${frames}`,
      remedy: 'Check that the disk has room, and run it again',
      subject,
    });
  }
  return bytes;
}

async function measureFolder(path: string): Promise<{ count: number; bytes: number }> {
  const sizes = await Promise.all(
    (await readdir(path)).map(async (name) => (await stat(join(path, name))).size),
  );
  return {
    count: sizes.filter((size) => size > 0).length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

async function measureFile(
  ffmpeg: Ffmpeg,
  { path, subject }: { path: string; subject: string },
  signal: AbortSignal,
): Promise<{ count: number; bytes: number }> {
  try {
    const { packetCount } = await probeVideo(ffmpeg, path, signal);
    return { count: packetCount, bytes: (await stat(path)).size };
  } catch (error) {
    if (error instanceof MatteflowError && error.code === 'ABORTED') throw error;
    throw new MatteflowError('OUTPUT_INCOMPLETE', {
      what: 'the output cannot be read back and was thrown away',
      remedy: 'Check that the disk has room, and run it again',
      subject,
      cause: error,
    });
  }
}
