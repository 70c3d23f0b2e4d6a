import type { ColourTags } from '../core/colour.js';
import { ByteReader } from '../ffmpeg/byte-reader.js';
import { NUT_OUTPUT } from '../ffmpeg/nut-reader.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from './clip-model.js';
import { decodeRun } from './decode.js';
import { salvageRun } from './salvage.js';

/** A reduced copy of one frame. */
export interface Picture {
  /** Position in the run, from 0. */
  readonly index: number;
  /** R′, G′, B′ interleaved, in shared memory; the receiver's to keep unless it gave the memory itself. */
  readonly rgb: Uint8Array;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
  /** Every picture comes in this memory, in place of the one before it, instead of in memory of its own. */
  readonly memory?: Uint8Array;
}

/** What ffmpeg's scaler calls the matrices of `core/colour.ts`. */
const MATRICES: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  smpte240m: 'smpte240m',
  fcc: 'fcc',
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
};

/**
 * Decodes a reduced 8-bit R′G′B′ copy of a run's frames, averaged over areas, for what only needs to look.
 *
 * @param size - pixels
 * @throws MatteflowError `INPUT_DAMAGED`, `ABORTED`
 */
export async function* readPictures(
  ffmpeg: Ffmpeg,
  clip: Clip,
  { width, height, memory }: PictureSize,
  signal: AbortSignal,
): AsyncGenerator<Picture> {
  const delivery = {
    filters: reducingFilters(clip, { width, height }),
    options: ['-c:v', 'rawvideo', '-pix_fmt', 'rgb24', '-f', 'rawvideo'],
    decoderOptions: clip.input.pictureOptions,
  };
  yield* decodeRun(ffmpeg, clip, delivery, signal, {
    open: (pipe) => Promise.resolve(new ByteReader(pipe)),
    next: async (bytes: ByteReader, index): Promise<Picture | undefined> => {
      if (await bytes.atEnd()) return undefined;
      const rgb = memory ?? new Uint8Array(new SharedArrayBuffer(3 * width * height));
      await bytes.into(rgb);
      return { index, rgb };
    },
  });
}

/** The same of a run that may be damaged, each picture that is lost replaced by the one before it. */
export async function* salvagePictures(
  ffmpeg: Ffmpeg,
  clip: Clip,
  { width, height, memory }: PictureSize,
  signal: AbortSignal,
): AsyncGenerator<Picture> {
  const delivery = {
    filters: reducingFilters(clip, { width, height }),
    options: ['-enc_time_base', '-1', '-c:v', 'rawvideo', '-pix_fmt', 'rgb24', ...NUT_OUTPUT],
  };
  for await (const { index, bytes } of salvageRun(ffmpeg, clip, delivery, signal)) {
    const rgb = memory ?? new Uint8Array(new SharedArrayBuffer(bytes.length));
    rgb.set(bytes);
    yield { index, rgb };
  }
}

function reducingFilters({ format }: Clip, { width, height }: PictureSize): string[] {
  const { model, tags, height: lines } = format;
  const colour =
    model === 'yuv' ? `:in_range=${tags.range ?? 'tv'}:in_color_matrix=${matrixOf(tags, lines)}` : '';
  return [`scale=${width}:${height}:flags=area${colour}`, 'format=rgb24'];
}

/** An untagged matrix is taken as everywhere else in matteflow: BT.709 from 720 lines up, BT.601 below. */
function matrixOf({ matrix }: ColourTags, lines: number): string {
  return MATRICES[matrix ?? ''] ?? (lines >= 720 ? 'bt709' : 'bt601');
}
