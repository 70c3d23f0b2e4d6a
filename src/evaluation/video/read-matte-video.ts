import { MatteflowError } from '../../core/errors.js';
import { ByteReader } from '../../ffmpeg/byte-reader.js';
import { VIDEO_FILE_OPTIONS } from '../../ffmpeg/input-options.js';
import { decodedFormat } from '../../ffmpeg/pixel-formats.js';
import { probeHeader, type VideoHeader } from '../../ffmpeg/probe.js';
import type { Ffmpeg } from '../../ffmpeg/tools.js';
import { openClip, type Clip } from '../../ingest/clip.js';
import { decodeRun, type Delivery } from '../../ingest/decode.js';
import type { MattedFrame } from './clip-meter.js';

/** Where a video's matte is, and what its sample values mean: alpha = (sample − black) / (white − black), clipped. */
interface MattePlane {
  /** What ffmpeg's filter `extractplanes` calls it. */
  readonly plane: 'a' | 'y' | 'g';
  readonly depth: 8 | 10 | 12 | 16;
  readonly black: number;
  readonly white: number;
}

/**
 * Decodes a video's matte at its own depth: its alpha channel if it has one, else its luma, of limited or full range.
 *
 * @param clip - what it is the matte of, frame by frame
 * @throws MatteflowError what opening and decoding throw; `INPUT_UNSUPPORTED` for another size or length than the clip's
 */
export async function* readMatteVideo(
  ffmpeg: Ffmpeg,
  path: string,
  clip: Clip,
  signal: AbortSignal,
): AsyncGenerator<MattedFrame> {
  const video = await openClip(ffmpeg, path, { signal });
  requireFit(video, clip);
  const pixels = clip.format.width * clip.format.height;
  const plane = mattePlane(await probeHeader(ffmpeg, path, VIDEO_FILE_OPTIONS, signal));
  yield* decodeRun(ffmpeg, video, delivery(plane), signal, {
    open: (pipe) => Promise.resolve(new ByteReader(pipe)),
    next: async (bytes: ByteReader, index): Promise<MattedFrame | undefined> => {
      if (await bytes.atEnd()) return undefined;
      const samples = plane.depth === 8 ? new Uint8Array(pixels) : new Uint16Array(pixels);
      await bytes.into(new Uint8Array(samples.buffer));
      return { index, alpha: toAlpha(samples, plane) };
    },
  });
}

/** `openClip` has refused what is not read, so the format is known. */
function mattePlane({ pixelFormat, tags }: VideoHeader): MattePlane {
  const { decoded, alpha } = decodedFormat(pixelFormat, tags.range)!;
  const { depth, model } = decoded;
  if (depth === 'float') throw new Error(`${pixelFormat} is refused in video files`);
  const full = { black: 0, white: 2 ** depth - 1 };
  if (alpha) return { plane: 'a', depth, ...full };
  if (model === 'rgb') return { plane: pixelFormat.startsWith('gray') ? 'y' : 'g', depth, ...full };
  if (tags.range === 'pc') return { plane: 'y', depth, ...full };
  const unit = 2 ** (depth - 8);
  return { plane: 'y', depth, black: 16 * unit, white: 235 * unit };
}

function delivery({ plane, depth }: MattePlane): Delivery {
  const layout = depth === 8 ? 'gray' : `gray${depth}le`;
  return {
    filters: [`extractplanes=${plane}`],
    options: ['-c:v', 'rawvideo', '-pix_fmt', layout, '-f', 'rawvideo'],
  };
}

function toAlpha(samples: Uint8Array | Uint16Array, { black, white }: MattePlane): Float32Array {
  const alpha = new Float32Array(samples.length);
  for (let i = 0; i < alpha.length; i++) {
    alpha[i] = Math.min(1, Math.max(0, (samples[i]! - black) / (white - black)));
  }
  return alpha;
}

function requireFit(video: Clip, clip: Clip): void {
  const [seen, expected] = [video, clip].map(
    ({ format, frameCount }) => `${format.width} × ${format.height}, ${frameCount} frames`,
  );
  if (seen === expected) return;
  throw new MatteflowError('INPUT_UNSUPPORTED', {
    what: 'the matte does not have the size and the length of the clip',
    ...{ seen, expected },
    subject: video.path,
  });
}
