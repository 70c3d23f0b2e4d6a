import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { writeClip } from '../fixtures/write-clip.js';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { matteVideo } from '../src/index.js';

const CLIP = { width: 640, height: 360, frames: 24, seed: 7 } as const;

/** Where a run's time goes, and how long the main thread is ever held. */
export async function benchStages(folder: string, ffmpeg: Ffmpeg): Promise<string[]> {
  const signal = new AbortController().signal;
  const keyframes = [...Array(CLIP.frames).keys()];
  const clip = await writeClip(folder, 'hair', {
    ...CLIP,
    keyframes,
    encode: { as: 'h264', ffmpeg },
    signal,
  });
  const delay = monitorEventLoopDelay({ resolution: 2 });
  const { seconds, fps, stages } = await matteVideo({
    input: clip.input,
    trimaps: clip.trimapFolder,
    output: join(folder, 'out.mov'),
    // From the first frame done to the last: starting threads and ffmpeg is not what is asked about.
    onFrame: ({ index }) => (index === CLIP.frames - 1 ? delay.disable() : delay.enable()),
  });
  const network = (stages.stage1 ?? 0) + (stages.stage2 ?? 0);
  return [
    `${CLIP.width}×${CLIP.height}, ${CLIP.frames} frames, a trimap each: ${fps.toFixed(2)} fps, ${seconds.toFixed(1)} s in all`,
    ...Object.entries(stages).map(
      ([name, busy]) =>
        `  ${name.padEnd(11)} ${((1000 * busy) / CLIP.frames).toFixed(1).padStart(7)} ms a frame, ` +
        `${(busy / network).toFixed(3)} of the networks’ time`,
    ),
    `event loop's longest pause while frames go through: ${(delay.max / 1e6).toFixed(0)} ms`,
  ];
}
