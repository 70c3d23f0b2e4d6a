import type { ColourTags } from '../core/colour.js';
import type { Rational } from '../core/rational.js';
import type { Ffmpeg } from './tools.js';

/** What a file says about its first real video stream. */
export interface VideoProbe {
  /** ffprobe's name of the container: "mov,mp4,m4a,3gp,3g2,mj2". */
  readonly container: string;
  /** "h264", "prores", … */
  readonly codec: string;
  /** ffmpeg's name of the stored samples' layout: "yuv420p10le". */
  readonly pixelFormat: string;
  /** Pixels, as shown: rotation applied. */
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise the stored picture is turned to be upright: 0, 90, 180 or 270. */
  readonly rotation: number;
  readonly tags: ColourTags;
  /** As shown: inverted where the rotation swaps the sides. 1/1 when the file does not say. */
  readonly sampleAspect: Rational;
  /** Frames per second: the average of the file, which is the exact rate where it is constant. */
  readonly frameRate: Rational;
  /** Seconds a tick of the stream's timestamps. */
  readonly timeBase: Rational;
  /** Frames that the packets in the file will show. */
  readonly packetCount: number;
  /** Frames the header promises, where it says. */
  readonly headerCount?: number;
  /** Seconds. */
  readonly duration?: number;
  /** Seconds at which the first frame is shown. */
  readonly startSeconds: number;
  readonly interlaced: boolean;
  readonly audioStreams: number;
  /** "01:00:00:00" (";" before the frames in drop-frame). */
  readonly timecode?: string;
}

export declare function probeVideo(ffmpeg: Ffmpeg, path: string, signal: AbortSignal): Promise<VideoProbe>;
