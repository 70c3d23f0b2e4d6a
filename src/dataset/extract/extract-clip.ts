import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { toNumber } from '../../core/rational.js';
import { ByteReader } from '../../ffmpeg/byte-reader.js';
import type { Ffmpeg } from '../../ffmpeg/tools.js';
import { openClip } from '../../ingest/clip.js';
import { decodeRun } from '../../ingest/decode.js';
import type { FoundClip } from './find-clips.js';
import { samplingFilter, samplingStep, takenFrames, type Sampling } from './sampling.js';

export type PictureFormat = 'png' | 'jpeg';

/** One picture and where it comes from; a line of manifest.jsonl. */
export interface ExtractedPicture {
  /** Relative to the data set's folder. */
  readonly image: string;
  /** The clip's path, as it was named. */
  readonly clip: string;
  /** Of the clip, from 0. */
  readonly frame: number;
  /** From the clip's first frame, by its frame rate. */
  readonly seconds: number;
}

const ENDINGS = { png: 'png', jpeg: 'jpg' } as const satisfies Record<PictureFormat, string>;

/**
 * Writes the sampled frames of one clip as 8-bit R′G′B′ pictures, `images/NAME_000120.png`; those that are there are
 * replaced.
 *
 * @throws MatteflowError as `openClip` does; `INPUT_DAMAGED`, `ABORTED`
 */
export async function extractClip(
  ffmpeg: Ffmpeg,
  { path, name }: FoundClip,
  to: { readonly folder: string; readonly sampling: Sampling; readonly format: PictureFormat },
  signal: AbortSignal,
): Promise<readonly ExtractedPicture[]> {
  const clip = await openClip(ffmpeg, path, { signal });
  const { width, height } = clip.format;
  const step = samplingStep(to.sampling, clip);
  const taken = takenFrames(step, clip.frameCount);
  const delivery = {
    filters: [samplingFilter(step), 'format=rgb24'],
    options: ['-c:v', 'rawvideo', '-pix_fmt', 'rgb24', '-f', 'rawvideo'],
  };
  const pictures: ExtractedPicture[] = [];
  // As many as are taken have to come, and decoding ends with the last of them.
  const frames = decodeRun(ffmpeg, { ...clip, frameCount: taken.length }, delivery, signal, {
    open: (pipe) => Promise.resolve(new ByteReader(pipe)),
    next: async (bytes: ByteReader): Promise<Uint8Array | undefined> => {
      if (await bytes.atEnd()) return undefined;
      const rgb = new Uint8Array(3 * width * height);
      await bytes.into(rgb);
      return rgb;
    },
  });
  for await (const rgb of frames) {
    const frame = taken[pictures.length]!;
    const file = `${name}_${String(frame).padStart(6, '0')}.${ENDINGS[to.format]}`;
    await writePicture(
      join(to.folder, 'images'),
      file,
      sharp(rgb, { raw: { width, height, channels: 3 } }),
      to.format,
    );
    const seconds = frame / toNumber(clip.frameRate);
    pictures.push({ image: `images/${file}`, clip: path, frame, seconds: Number(seconds.toFixed(6)) });
  }
  return pictures;
}

/** Seen complete or not at all. A JPEG keeps colour at full size: alpha is estimated from it. */
async function writePicture(
  folder: string,
  file: string,
  picture: Sharp,
  format: PictureFormat,
): Promise<void> {
  const temporary = join(folder, `.${file}.part`);
  const encoded =
    format === 'png'
      ? picture.png({ compressionLevel: 6 })
      : picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4' });
  await encoded.toFile(temporary);
  await rename(temporary, join(folder, file));
}
