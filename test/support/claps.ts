import { execFile, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { drawnScene } from './drawn-scene.js';
import { frameTimes } from './media.js';
import type { Publisher } from './rtmp.js';

const run = promisify(execFile);

const FFMPEG = 'ffmpeg';
const FPS = 25;
const RATE = 48_000;
/** Frames from one clap to the next, and of these the ones that see and hear it. */
const [PERIOD, LENGTH] = [40, 20] as const;
/** Milliseconds from one clap to the next. */
export const CLAP_PERIOD: number = (1000 * PERIOD) / FPS;
/** What is said of the inputs is all there is to know: to wait for one would be to wait for the other. */
const AT_ONCE = ['-probesize', '32', '-analyzeduration', '0'];
/** Hertz. */
const TONE = 1000;

/** A publisher of an empty room, and later of claps: a disc that is there as long as a tone is heard. */
export interface ClapPublisher extends Publisher {
  /** Begins to clap. */
  clap(): void;
}

/** Pictures and sound are written in step: what they say of time depends on no clock. */
export function publishClaps(url: string, width: number, height: number): ClapPublisher {
  const child = spawn(
    FFMPEG,
    [
      ...['-v', 'error', ...AT_ONCE, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`],
      ...['-r', `${FPS}`, '-i', 'pipe:0'],
      ...[...AT_ONCE, '-f', 's16le', '-ar', `${RATE}`, '-ac', '1', '-i', 'pipe:3'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-crf', '16'],
      ...['-pix_fmt', 'yuv420p', '-g', `${FPS}`, '-c:a', 'aac', '-b:a', '96k', '-f', 'flv', url],
    ],
    { stdio: ['pipe', 'ignore', 'inherit', 'pipe'] },
  );
  const pictures = child.stdin!;
  const sound = child.stdio[3] as Writable;
  for (const pipe of [pictures, sound]) pipe.on('error', () => undefined);
  const scene = drawnScene(width, height);
  const rgb = new Uint8Array(3 * width * height);
  let frame = 0;
  let first = Infinity;
  const timer = setInterval(() => {
    if (pictures.writableLength > 0) return;
    scene.present = frame >= first && (frame - first) % PERIOD >= PERIOD - LENGTH;
    scene.draw(rgb, frame);
    pictures.write(Uint8Array.from(rgb));
    sound.write(tone(frame, scene.present));
    frame += 1;
  }, 1000 / FPS);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  void ended.then(() => clearInterval(timer));
  return {
    child,
    ended,
    clap: () => (first = frame),
  };
}

/** A frame's worth of sound, 16 bits a sample. */
function tone(frame: number, heard: boolean): Uint8Array {
  const count = RATE / FPS;
  const samples = Int16Array.from({ length: count }, (_, i) =>
    heard ? 16_000 * Math.sin((2 * Math.PI * TONE * (frame * count + i)) / RATE) : 0,
  );
  return new Uint8Array(samples.buffer);
}

/**
 * By how much each clap is heard later than it is seen, milliseconds; negative: earlier. A frame that was dropped leaves
 * open when in its time the clap was first seen: then the offset is the least that fits.
 *
 * @param filter - of ffmpeg: what of the picture is bright while the disc is there
 */
export async function clapOffsets(path: string, filter: string): Promise<number[]> {
  const [times, levels, heard] = await Promise.all([
    frameTimes(path),
    brightness(path, filter),
    onsets(path),
  ]);
  const middle = (Math.min(...levels) + Math.max(...levels)) / 2;
  const offsets: number[] = [];
  for (let i = 1; i < levels.length; i++) {
    if (!(levels[i]! > middle && levels[i - 1]! <= middle)) continue;
    const earliest = 1000 * times[i - 1]! + 1000 / FPS;
    const latest = 1000 * times[i]!;
    const away = (onset: number): number =>
      onset < earliest ? onset - earliest : Math.max(0, onset - latest);
    const all = heard.map(away).sort((a, b) => Math.abs(a) - Math.abs(b));
    offsets.push(all[0] ?? Infinity);
  }
  return offsets;
}

/** Each frame's mean, 0..255. */
async function brightness(path: string, filter: string): Promise<number[]> {
  const filters = `${filter},format=gray,scale=1:1:flags=area`;
  const args = ['-v', 'error', '-i', path, '-map', '0:v', '-vf', filters, '-fps_mode', 'passthrough'];
  const { stdout } = await run('ffmpeg', [...args, '-f', 'rawvideo', '-'], { encoding: 'buffer' });
  return [...stdout];
}

/** When the tone begins, milliseconds, by the file's own clock. */
async function onsets(path: string): Promise<number[]> {
  const resample = `aresample=${RATE}:async=1:first_pts=0`;
  const args = ['-v', 'error', '-copyts', '-i', path, '-map', '0:a', '-af', resample, '-ac', '1'];
  const { stdout } = await run('ffmpeg', [...args, '-f', 's16le', '-'], {
    encoding: 'buffer',
    maxBuffer: 2 ** 28,
  });
  // A millisecond of the tone is one wave.
  const step = RATE / 1000;
  const loud = Array.from({ length: Math.floor(stdout.length / 2 / step) }, (_, ms) => {
    let peak = 0;
    for (let i = ms * step; i < (ms + 1) * step; i++)
      peak = Math.max(peak, Math.abs(stdout.readInt16LE(2 * i)));
    return peak > 8000;
  });
  return loud.flatMap((is, ms) => (is && !loud.slice(Math.max(0, ms - 100), ms).includes(true) ? [ms] : []));
}
