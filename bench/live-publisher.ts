import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { everyFrameOnce, type Ffmpeg } from '../src/ffmpeg/tools.js';
import { drawScene, SCENE } from './live-scene.js';
import { claps, SOUND_RATE } from './live-sound.js';

/** Milliseconds that sound is there before it is due: ffmpeg holds pictures back until it has their sound. */
const AHEAD = 200;

/** A publisher of the drawn scene. */
export interface ScenePublisher {
  /** Whether the board is before the wall. */
  present: boolean;
  /** When each frame was drawn, milliseconds since 1970. */
  readonly drawn: readonly number[];
  /** When sound began, on the same clock. */
  begun: number | undefined;
  stop(): void;
}

/** Draws and publishes frames in real time, with their sound; one that ffmpeg is not ready for is left out. */
export function publishScene(ffmpeg: Ffmpeg, url: string, fps: number): ScenePublisher {
  const { width, height } = SCENE;
  const child = spawn(
    ffmpeg.ffmpeg,
    [
      ...['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`],
      // Ticks, of reader and encoder, would be frames: times are not to be rounded to them.
      ...['-framerate', '1000', '-use_wallclock_as_timestamps', '1', '-i', 'pipe:0'],
      // Nothing of it is to be found out: to wait for some would be to wait for the pictures it comes with.
      ...['-probesize', '32', '-analyzeduration', '0'],
      ...['-f', 's16le', '-ar', `${SOUND_RATE}`, '-ac', '1', '-i', 'pipe:3'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-crf', '18'],
      ...[...everyFrameOnce(ffmpeg), '-enc_time_base', '1:1000'],
      ...['-pix_fmt', 'yuv420p', '-g', `${fps}`, '-c:a', 'aac', '-b:a', '96k'],
      ...['-flush_packets', '1', '-f', 'flv', url],
    ],
    { stdio: ['pipe', 'ignore', 'inherit', 'pipe'] },
  );
  const pictures = child.stdin!;
  const sound = child.stdio[3] as Writable;
  for (const pipe of [pictures, sound]) pipe.on('error', () => undefined);
  const drawn: number[] = [];
  let samples = 0;
  // Written only when the last frame has gone, so that one picture's memory is enough, and none is left to collect.
  const rgb = new Uint8Array(3 * width * height);
  const publisher: ScenePublisher = {
    present: false,
    drawn,
    begun: undefined,
    stop: () => {
      clearInterval(timer);
      // ffmpeg heeds a signal between two frames: without an end of its input it waits for one more.
      pictures.destroy();
      sound.destroy();
      child.kill();
    },
  };
  const now = (): number => performance.timeOrigin + performance.now();
  const timer = setInterval(() => {
    if (pictures.writableLength > 0) return;
    drawScene(rgb, drawn.length, publisher.present);
    drawn.push(now());
    // Its times begin when ffmpeg, which has to start first, has taken the first picture; so does the sound.
    pictures.write(rgb, () => (publisher.begun ??= now()));
    if (publisher.begun === undefined) return;
    const wanted = Math.round((SOUND_RATE * (now() + AHEAD - publisher.begun)) / 1000);
    sound.write(claps(samples, wanted));
    samples = Math.max(samples, wanted);
  }, 1000 / fps);
  return publisher;
}
