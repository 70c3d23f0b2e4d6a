import { MatteflowError } from '../core/errors.js';
import type { FramePool } from '../core/frame-pool.js';
import { Frame, type FrameFormat, type Samples } from '../core/frame.js';
import { bytesPerSample } from '../core/plane-cursor.js';
import { BarePictureReader } from '../ffmpeg/bare-pictures.js';
import type { ByteFlow } from '../ffmpeg/byte-flow.js';
import { NUT_OUTPUT, NutReader } from '../ffmpeg/nut-reader.js';
import type { PictureHeader, PictureReader } from '../ffmpeg/picture-stream.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip, ClipInput } from './clip-model.js';
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
  let unkept: Uint8Array | undefined;
  yield* decodeRun(ffmpeg, clip, rawPlanes(ffmpeg, clip), signal, {
    open: (pipe) => openReader(clip, pipe),
    next: async (reader: PictureReader, index): Promise<Frame | undefined> => {
      const header = await reader.next();
      if (!header) return undefined;
      checkSize(clip, header);
      const slot = await pool.acquire(signal);
      try {
        for (const plane of clip.input.planeOrder) {
          await reader.read(
            plane === undefined ? (unkept ??= planeBytes(clip)) : bytesOf(slot.planes.colour[plane]),
          );
        }
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
    const { planeOrder } = clip.input;
    const length = bytes.length / planeOrder.length;
    for (const [i, plane] of planeOrder.entries()) {
      if (plane !== undefined)
        bytesOf(slot.planes.colour[plane]).set(bytes.subarray(i * length, (i + 1) * length));
    }
    const timestamp = { ticks, timeBase: clip.timeBase };
    yield new Frame(slot, { index, number: clip.firstNumber + index, timestamp, shows });
  }
}

/** Planes as they are stored, brought to 4:4:4, each frame with its time. */
function rawPlanes({ lacks }: Ffmpeg, { format, input }: Clip): Delivery {
  // Named on both sides, or ffmpeg would bring full-range luma to the limited range.
  const range = format.tags.range ?? 'tv';
  const siting = input.siting && `:${input.siting}`;
  return {
    filters: [
      ...(format.model === 'yuv' ? [`scale=in_range=${range}:out_range=${range}${siting}`] : []),
      `format=${input.pixelFormat}`,
    ],
    options: [
      // Pictures of another size are to be seen, not brought to the size of the first.
      ...(lacks.includes('autoscale') ? [] : ['-autoscale', '0']),
      // The decoder's time base, not one tick a frame.
      ...['-enc_time_base', '-1', '-c:v', 'rawvideo', '-pix_fmt', input.pixelFormat],
      ...(isFloat(format) ? ['-f', 'rawvideo'] : NUT_OUTPUT),
    ],
  };
}

function checkSize({ format, input, path }: Clip, { bytes }: Pick<PictureHeader, 'bytes'>): void {
  const { width, height } = format;
  if (bytes === pictureBytes(format, input)) return;
  throw new MatteflowError('INPUT_UNSUPPORTED', {
    what: 'the size of the pictures changes within the clip',
    expected: `${width}×${height} throughout`,
    remedy: 'Cut the clip where the size changes',
    subject: path,
  });
}

/** NUT has no names for float layouts; pictures of one size and rate need none. */
async function openReader(
  { format, input, timeBase }: Clip,
  pipe: ByteFlow,
): Promise<PictureReader | undefined> {
  return isFloat(format)
    ? new BarePictureReader(pipe, { timeBase, pictureBytes: pictureBytes(format, input) })
    : NutReader.open(pipe);
}

function isFloat({ depth }: FrameFormat): boolean {
  return depth === 'float';
}

function pictureBytes(format: FrameFormat, { planeOrder }: ClipInput): number {
  return planeOrder.length * format.width * format.height * bytesPerSample(format);
}

function planeBytes({ format }: Clip): Uint8Array {
  return new Uint8Array(format.width * format.height * bytesPerSample(format));
}

function bytesOf({ buffer, byteOffset, byteLength }: Samples): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
