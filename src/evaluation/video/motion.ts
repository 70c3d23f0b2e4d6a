import type { Ffmpeg } from '../../ffmpeg/tools.js';
import type { Clip } from '../../ingest/clip.js';
import { readPictures, type Picture } from '../../ingest/read-pictures.js';
import { allocateFlow, FlowEstimator, type Flow } from '../../trimap/flow.js';
import type { Size } from '../../trimap/picture.js';
import { enlargeFlow } from './enlarge-flow.js';

/** Long side of the pictures that motion is estimated on, pixels: larger ones cost much and gain little. */
const LONG_SIDE = 640;

/** How a clip's pictures move, asked for frame by frame, in order. */
export interface Motion {
  /**
   * Where each pixel of frame `index − 1` lies in frame `index`, in pixels of the frame; both counted from 0. The memory
   * is reused by the next call.
   */
  flowTo(index: number): Promise<Flow>;
  close(): Promise<void>;
}

/**
 * Dense optical flow of a clip's source pictures, two frames in memory at a time. The clip is decoded, reduced to 640
 * pixels where it is larger, as fast as flow is asked for.
 *
 * @throws what decoding throws, when flow is asked for; RangeError for frames out of order
 */
export function openMotion(ffmpeg: Ffmpeg, clip: Clip, signal: AbortSignal): Motion {
  const full = clip.format;
  const size = reducedSize(full);
  const pictures = readPictures(ffmpeg, clip, size, signal);
  const estimator = new FlowEstimator(size);
  const forward = allocateFlow(size);
  const enlarged = size.width === full.width && size.height === full.height ? forward : allocateFlow(full);
  let earlier: Picture | undefined;
  let later: Picture | undefined;
  return {
    async flowTo(index): Promise<Flow> {
      while (later?.index !== index) {
        const next = await pictures.next();
        if (next.done) throw new RangeError(`no motion to frame ${index}: the clip has ended or is past it`);
        [earlier, later] = [later, next.value];
      }
      if (earlier?.index !== index - 1) throw new RangeError(`no frame before frame ${index}`);
      estimator.estimate(forward, earlier.rgb, later.rgb);
      if (enlarged !== forward) enlargeFlow(enlarged, full, forward, size);
      return enlarged;
    },
    async close(): Promise<void> {
      await pictures.return(undefined);
    },
  };
}

function reducedSize({ width, height }: Size): Size {
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}
