import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { VIDEO_FILE_OPTIONS } from '../ffmpeg/input-options.js';
import { probeVideo } from '../ffmpeg/probe.js';
import { runTool } from '../ffmpeg/run-tool.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';

/**
 * Counts the frames that really are in a finished file or folder: ffmpeg's exit code says nothing about it.
 *
 * Packets are counted by reading them, unless an index at the end of the file tells how many were written: gigabytes of
 * ProRes would be read again. Then the last packet it names has to be there.
 *
 * @returns size in bytes
 * @throws MatteflowError `OUTPUT_INCOMPLETE` when the count differs or the file cannot be read back; `ABORTED`
 */
export async function verifyOutput(
  ffmpeg: Ffmpeg,
  written: { path: string; sequence: boolean; indexed: boolean; frames: number; subject: string },
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
  { path, indexed, subject }: { path: string; indexed: boolean; subject: string },
  signal: AbortSignal,
): Promise<{ count: number; bytes: number }> {
  try {
    const bytes = (await stat(path)).size;
    const count = indexed
      ? await countIndexed(ffmpeg, path, bytes, signal)
      : (await probeVideo(ffmpeg, path, signal)).packetCount;
    return { count, bytes };
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

/** Later than any frame: ffprobe seeks to the last one. */
const AT_THE_END = '999999999%+#1';

/** What ffprobe says of the index; every field may be missing. */
interface IndexReport {
  readonly streams?: readonly { readonly nb_frames?: string }[];
  readonly packets?: readonly { readonly pos?: string; readonly size?: string; readonly flags?: string }[];
}

async function countIndexed(
  ffmpeg: Ffmpeg,
  path: string,
  bytes: number,
  signal: AbortSignal,
): Promise<number> {
  const entries = 'stream=nb_frames:packet=pos,size,flags';
  const { failure, stdout } = await runTool(
    ffmpeg.ffprobe,
    [
      ...['-loglevel', 'error', '-of', 'json', '-select_streams', 'v:0', '-show_entries', entries],
      ...['-read_intervals', AT_THE_END, ...VIDEO_FILE_OPTIONS, '-i', `file:${resolve(path)}`],
    ],
    signal,
  );
  if (failure) throw failure;
  const { streams, packets } = JSON.parse(stdout) as IndexReport;
  const last = packets?.[0];
  const whole = last && !last.flags?.includes('C') && Number(last.pos) + Number(last.size) <= bytes;
  return whole ? Number(streams?.[0]?.nb_frames) : 0;
}
