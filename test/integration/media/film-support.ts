import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { matteVideo, type MatteVideoOptions } from '../../../src/index.js';
import { plainFfmpeg, plainFfprobe } from '../../support/lavfi.js';

/** Pixels. */
export const SIZE = { width: 96, height: 64 } as const;
export const PIXELS: number = SIZE.width * SIZE.height;

/** Colour bars over a grey ramp, ten bits, all inside of what R′G′B′ holds. */
const BARS_AND_RAMP =
  'smptehdbars=size=96x32:rate=25,format=yuv444p10le[bars];' +
  "nullsrc=size=96x32:rate=25,format=yuv444p10le,geq=lum='64+876*X/95':cb=512:cr=512[ramp];" +
  '[bars][ramp]vstack';

/** Writes bars and a ramp; `options` choose codec, tags and times. */
export async function makeBars(path: string, frames: number, ...options: readonly string[]): Promise<string> {
  await plainFfmpeg(...['-f', 'lavfi', '-i', BARS_AND_RAMP, '-frames:v', String(frames)], ...options, path);
  return path;
}

/**
 * Runs `matte` on a clip that is all foreground. A trimap for every frame, and the trimap for the matte, so that what is
 * looked at is the way of the pixels; one unknown pixel, the last of the last frame, keeps the trimaps from being refused.
 */
export async function matteWhole(
  folder: string,
  options: Pick<MatteVideoOptions, 'input' | 'output'> & Partial<MatteVideoOptions>,
  { frames, first = 0, ...size }: { frames: number; first?: number; width?: number; height?: number },
): Promise<string[]> {
  const trimaps = join(folder, 'trimaps');
  await writeTrimaps(trimaps, { ...SIZE, ...size }, frames, first);
  const notices: string[] = [];
  await matteVideo({ model: 'trimap', trimaps, ...options, onNotice: (notice) => notices.push(notice) });
  return notices;
}

async function writeTrimaps(
  folder: string,
  { width, height }: { width: number; height: number },
  frames: number,
  first: number,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < frames; index += 1) {
    const grey = new Uint8Array(width * height).fill(255);
    if (index === frames - 1) grey[grey.length - 1] = 128;
    await sharp(grey, { raw: { width, height, channels: 1 } })
      .png()
      .toFile(join(folder, `${String(first + index).padStart(4, '0')}.png`));
  }
}

/** A decoded file's samples as 16-bit words, all frames one after another. */
export async function words(
  path: string,
  pixelFormat: string,
  ...input: readonly string[]
): Promise<Uint16Array> {
  const bytes = await plainFfmpeg(
    ...[...input, '-i', path, '-map', '0:v', '-fps_mode', 'passthrough'],
    ...['-pix_fmt', pixelFormat, '-f', 'rawvideo', 'pipe:1'],
  );
  return new Uint16Array(Uint8Array.from(bytes).buffer);
}

/** The first video stream as ffprobe describes it. */
export async function videoStream(path: string): Promise<Readonly<Record<string, string>>> {
  const text = await plainFfprobe('-of', 'json', '-select_streams', 'v:0', '-show_streams', path);
  return (JSON.parse(text) as { streams: Record<string, string>[] }).streams[0]!;
}

/** Root of the mean squared difference, of the first `count` numbers. */
export function rootMeanSquare(a: ArrayLike<number>, b: ArrayLike<number>, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i += 1) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum / count);
}
