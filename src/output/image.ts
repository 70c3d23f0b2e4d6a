import { extname } from 'node:path';
import sharp from 'sharp';
import { MatteflowError } from '../core/errors.js';
import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { packMatte, packRgba } from './pack.js';
import { stageOutput } from './publish.js';

/** What to write of a finished frame. */
export interface ImageOptions {
  /** `rgba`: the subject's own colour and straight alpha. `matte`: alpha alone, as grey. */
  readonly content: 'rgba' | 'matte';
  /** Bits a sample. */
  readonly depth: 8 | 16;
  readonly overwrite?: boolean;
}

/**
 * Writes one finished frame as a PNG, which appears complete or not at all.
 *
 * @param planes - `colour` at the format's depth, `alpha` 0..1
 * @throws MatteflowError `USAGE` for a name that does not end in .png; `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`
 */
export async function writeImage(
  path: string,
  planes: Pick<FramePlanes, 'colour' | 'alpha'>,
  format: FrameFormat,
  { content, depth, overwrite = false }: ImageOptions,
): Promise<void> {
  if (extname(path).toLowerCase() !== '.png') {
    throw new MatteflowError('USAGE', {
      what: 'an image with alpha is written as PNG',
      expected: 'a name ending in .png',
      subject: path,
    });
  }
  const staged = await stageOutput(path, { kind: 'file', overwrite });
  try {
    const channels = content === 'rgba' ? 4 : 1;
    const words = new Uint16Array(planes.alpha.length * channels);
    if (content === 'rgba') packRgba(words, planes, format);
    else packMatte(words, planes.alpha);
    const { width, height } = format;
    const samples = depth === 16 ? words : Uint8Array.from(words, (word) => (word + 128) / 257);
    await sharp(samples, { raw: { width, height, channels } })
      .toColourspace(colourspace(content, depth))
      .png()
      .toFile(staged.temporary);
    await staged.publish();
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

/** sharp writes eight bits unless the colour space says sixteen. */
function colourspace(content: ImageOptions['content'], depth: ImageOptions['depth']): string {
  if (content === 'matte') return depth === 16 ? 'grey16' : 'b-w';
  return depth === 16 ? 'rgb16' : 'srgb';
}
