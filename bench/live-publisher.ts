import { spawn } from 'node:child_process';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { drawScene, SCENE } from './live-scene.js';

/** A publisher of the drawn scene. */
export interface ScenePublisher {
  /** Whether the board is before the wall. */
  present: boolean;
  /** When each frame was drawn, milliseconds since 1970. */
  readonly drawn: readonly number[];
  stop(): void;
}

/** Draws and publishes frames in real time; one that ffmpeg is not ready for is left out. */
export function publishScene({ ffmpeg }: Ffmpeg, url: string, fps: number): ScenePublisher {
  const { width, height } = SCENE;
  const child = spawn(
    ffmpeg,
    [
      ...['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', `${fps}`],
      ...['-use_wallclock_as_timestamps', '1', '-i', 'pipe:0', '-c:v', 'libx264', '-preset', 'ultrafast'],
      ...['-tune', 'zerolatency', '-crf', '18', '-pix_fmt', 'yuv420p', '-g', `${fps}`],
      ...['-flush_packets', '1', '-f', 'flv', url],
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  child.stdin.on('error', () => undefined);
  const drawn: number[] = [];
  // Written only when the last frame has gone, so that one picture's memory is enough, and none is left to collect.
  const rgb = new Uint8Array(3 * width * height);
  const publisher: ScenePublisher = {
    present: false,
    drawn,
    stop: () => {
      clearInterval(timer);
      // ffmpeg heeds a signal between two frames: without an end of its input it waits for one more.
      child.stdin.destroy();
      child.kill();
    },
  };
  const timer = setInterval(() => {
    if (child.stdin.writableLength > 0) return;
    drawScene(rgb, drawn.length, publisher.present);
    drawn.push(performance.timeOrigin + performance.now());
    child.stdin.write(rgb);
  }, 1000 / fps);
  return publisher;
}
