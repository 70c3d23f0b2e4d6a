/** Mattes a clip, measures how much of each frame is soft, gives up after ten minutes: node matte-video.js CLIP TRIMAPS OUTPUT.mov */
import { matteVideo } from 'matteflow';

const [input, trimaps, output] = process.argv.slice(2);
if (!input || !trimaps || !output) throw new Error('three names are needed: CLIP TRIMAPS OUTPUT.mov');

const softShare: number[] = [];
const result = await matteVideo({
  input,
  trimaps,
  output,
  signal: AbortSignal.timeout(600_000),
  onProgress: ({ phase, frame, frames }) => console.error(`${phase} ${frame}/${frames}`),
  onFrame: ({ planes: { alpha } }) => {
    const soft = alpha.reduce((count, value) => (value > 0.05 && value < 0.95 ? count + 1 : count), 0);
    softShare.push(soft / alpha.length);
  },
});
const mean = softShare.reduce((sum, share) => sum + share, 0) / softShare.length;
console.log(
  `${result.frames} frames at ${result.fps.toFixed(1)} fps, ${(100 * mean).toFixed(1)} % of a frame is soft`,
);
