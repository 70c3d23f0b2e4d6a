import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { findFfmpeg, type Ffmpeg } from '../../src/ffmpeg/tools.js';

const run = promisify(execFile);

/** Runs the tested machine's own ffmpeg, by name: what matteflow's is compared with. Returns its stdout. */
export async function plainFfmpeg(...args: string[]): Promise<Buffer> {
  const { stdout } = await run('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', ...args], {
    encoding: 'buffer',
    maxBuffer: 2 ** 28,
  });
  return stdout;
}

export async function plainFfprobe(...args: string[]): Promise<string> {
  const { stdout } = await run('ffprobe', ['-loglevel', 'error', ...args], { maxBuffer: 2 ** 26 });
  return stdout;
}

/** A folder that goes when the running test ends. */
export async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'matteflow-ingest-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

let tools: Promise<Ffmpeg> | undefined;

/** The ffmpeg under test; probed once a file. */
export function ffmpegTools(): Promise<Ffmpeg> {
  tools ??= findFfmpeg();
  return tools;
}

/** Makes moving test pictures, in a container and codec the options choose. */
export async function makeVideo(
  path: string,
  options: readonly string[],
  { frames = 12, size = '64x48', rate = '25' }: { frames?: number; size?: string; rate?: string } = {},
): Promise<string> {
  const source = `testsrc2=size=${size}:rate=${rate}`;
  await plainFfmpeg('-f', 'lavfi', '-i', source, '-frames:v', String(frames), ...options, path);
  return path;
}

export function never(): AbortSignal {
  return new AbortController().signal;
}
