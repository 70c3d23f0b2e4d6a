import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MOST = 2 ** 30;

/** What ffprobe says of a stream, packets counted; of the first of pictures unless another is named. */
export async function probeStream(path: string, stream = 'v:0'): Promise<Record<string, string>> {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-of', 'json', '-select_streams', stream, '-count_packets', '-show_streams', path],
  ]);
  return (JSON.parse(stdout) as { streams: Record<string, string>[] }).streams[0]!;
}

/** Every frame's alpha, 0..1. */
export async function decodeAlpha(
  path: string,
  size: { width: number; height: number },
): Promise<Float32Array[]> {
  const bytes = await decodeRaw(path, ['-vf', 'alphaextract', '-pix_fmt', 'gray16le']);
  const samples = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  const pixels = size.width * size.height;
  return Array.from({ length: samples.length / pixels }, (_, i) =>
    Float32Array.from(samples.subarray(i * pixels, (i + 1) * pixels), (value) => value / 65535),
  );
}

/** Decoded video in the layout that `options` name, frames one after another. */
export async function decodeRaw(path: string, options: readonly string[]): Promise<Buffer> {
  const args = ['-v', 'error', '-i', path, ...options, '-f', 'rawvideo', '-'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: MOST });
  return stdout;
}

/** A hash of each audio packet's bytes, in order. */
export async function audioPackets(path: string): Promise<string[]> {
  const args = ['-v', 'error', '-i', path, '-map', '0:a', '-c', 'copy', '-f', 'framehash', '-'];
  const { stdout } = await run('ffmpeg', args, { maxBuffer: MOST });
  return stdout
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(',').at(-1)!.trim());
}

/** When each video frame is shown, seconds, as ffprobe prints it. */
export async function frameTimes(path: string): Promise<number[]> {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-of', 'csv=p=0', '-select_streams', 'v:0', '-show_entries', 'packet=pts_time', path],
  ]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseFloat(line))
    .sort((a, b) => a - b);
}

/** Runs ffmpeg for a test's material. */
export async function makeMedia(args: readonly string[]): Promise<void> {
  await run('ffmpeg', ['-v', 'error', '-y', ...args]);
}
