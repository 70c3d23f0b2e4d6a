import { MatteflowError } from '../core/errors.js';
import type { FramePool } from '../core/frame-pool.js';
import { bytesPerSample, Frame, type Samples } from '../core/frame.js';
import { NutReader, type NutFrame } from '../ffmpeg/nut-reader.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from './clip-model.js';
import { decodeRun, type Delivery } from './decode.js';
import { rescale } from './rescale.js';
import { salvageRun } from './salvage.js';

/**
 * Decodes a run's frames into memory of the pool, in order, at the source's depth. A slot is awaited before each
 * picture is read, so ffmpeg waits while none is free. Each frame is the receiver's to release. When the receiver leaves
 * or the signal fires, ffmpeg has ended before the generator does.
 *
 * @param firstIndex - position of the clip's first frame in the run, where the clip is a part of it
 * @throws MatteflowError `INPUT_DAMAGED` when ffmpeg stumbles over the data, or when there are not exactly
 *   `clip.frameCount` frames; `INPUT_UNSUPPORTED` when their size changes on the way; `ABORTED`
 */
export async function* readFrames(
  ffmpeg: Ffmpeg,
  clip: Clip,
  pool: FramePool,
  signal: AbortSignal,
  firstIndex = 0,
): AsyncGenerator<Frame> {
  yield* decodeRun(ffmpeg, clip, rawPlanes(ffmpeg, clip), signal, {
    open: (pipe) => NutReader.open(pipe),
    next: async (reader: NutReader, index): Promise<Frame | undefined> => {
      const header = await reader.next();
      if (!header) return undefined;
      checkSize(clip, header);
      const slot = await pool.acquire(signal);
      try {
        for (const plane of clip.input.planeOrder) await reader.read(bytesOf(slot.planes.colour[plane]!));
      } catch (error) {
        slot.giveBack();
        throw error;
      }
      const { timeBase, firstNumber, input } = clip;
      const ticks = rescale(header.ticks, reader.timeBase, timeBase) + input.tickOffset;
      return new Frame(slot, {
        index: firstIndex + index,
        number: firstNumber + index,
        timestamp: { ticks, timeBase },
      });
    },
  });
}

/**
 * The same of a run that may be damaged: a frame that cannot be decoded shows the picture of the one before it.
 *
 * @param wanted - which frames to hand on, by their positions in the run
 * @throws MatteflowError `INPUT_DAMAGED` when there is nothing to show; `INPUT_UNSUPPORTED`, `ABORTED`
 */
export async function* salvageFrames(
  ffmpeg: Ffmpeg,
  clip: Clip,
  pool: FramePool,
  signal: AbortSignal,
  wanted: (index: number) => boolean,
): AsyncGenerator<Frame> {
  for await (const picture of salvageRun(ffmpeg, clip, rawPlanes(ffmpeg, clip), signal)) {
    const { index, ticks, shows, bytes } = picture;
    if (!wanted(index)) continue;
    checkSize(clip, { bytes: bytes.length });
    const slot = await pool.acquire(signal);
    const plane = bytes.length / 3;
    clip.input.planeOrder.forEach((to, i) =>
      bytesOf(slot.planes.colour[to]!).set(bytes.subarray(i * plane, (i + 1) * plane)),
    );
    const timestamp = { ticks, timeBase: clip.timeBase };
    yield new Frame(slot, { index, number: clip.firstNumber + index, timestamp, shows });
  }
}

/** Planes as they are stored, brought to 4:4:4, each frame with its time. */
function rawPlanes({ lacks }: Ffmpeg, { format, input }: Clip): Delivery {
  // Named on both sides, or ffmpeg would bring full-range luma to the limited range.
  const range = format.tags.range ?? 'tv';
  return {
    filters: [
      ...(format.model === 'yuv' ? [`scale=in_range=${range}:out_range=${range}`] : []),
      `format=${input.pixelFormat}`,
    ],
    options: [
      // Pictures of another size are to be seen, not brought to the size of the first.
      ...(lacks.includes('autoscale') ? [] : ['-autoscale', '0']),
      // The decoder's time base, not one tick a frame.
      ...['-enc_time_base', '-1', '-c:v', 'rawvideo', '-pix_fmt', input.pixelFormat, '-f', 'nut'],
    ],
  };
}

function checkSize({ format, path }: Clip, { bytes }: Pick<NutFrame, 'bytes'>): void {
  const { width, height } = format;
  if (bytes === 3 * width * height * bytesPerSample(format)) return;
  throw new MatteflowError('INPUT_UNSUPPORTED', {
    what: 'the size of the pictures changes within the clip',
    expected: `${width}×${height} throughout`,
    remedy: 'Cut the clip where the size changes',
    subject: path,
  });
}

function bytesOf({ buffer, byteOffset, byteLength }: Samples): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
