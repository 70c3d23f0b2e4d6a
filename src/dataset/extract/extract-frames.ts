import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asError, MatteflowError, throwIfAborted } from '../../core/errors.js';
import type { Ffmpeg } from '../../ffmpeg/tools.js';
import { publishFiles } from '../../output/publish-files.js';
import { extractClip, type ExtractedPicture, type PictureFormat } from './extract-clip.js';
import { findClips, type FoundClip } from './find-clips.js';
import type { Sampling } from './sampling.js';

export interface ExtractOptions {
  /** Video files, and folders of them. */
  readonly inputs: readonly string[];
  readonly output: string;
  readonly sampling: Sampling;
  readonly format: PictureFormat;
  readonly signal: AbortSignal;
  /** Is told after each clip. */
  readonly onClip: (done: number, clips: number) => void;
  readonly onNotice: (notice: string) => void;
}

export interface ExtractResult {
  readonly output: string;
  readonly clips: number;
  /** Those that were extracted before and have not changed. */
  readonly kept: number;
  readonly pictures: number;
  /** Clips that could not be read, and why. */
  readonly failed: readonly { readonly clip: string; readonly message: string }[];
}

/** What is known of an extracted clip: as long as the file is the same, so are its pictures. */
interface Extracted {
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly pictures: readonly ExtractedPicture[];
}

/**
 * Takes frames from many clips: `images/`, and `manifest.jsonl` which says where each picture comes from. Begun again, it
 * completes what is missing; a clip that changed is extracted anew. A clip that cannot be read is passed over and named.
 *
 * @throws MatteflowError as `findClips` does; `OUTPUT_EXISTS` for a folder with another sampling; `OUTPUT_UNWRITABLE`,
 *   `ABORTED`
 */
export async function extractFrames(ffmpeg: Ffmpeg, options: ExtractOptions): Promise<ExtractResult> {
  const { output, signal } = options;
  const clips = await findClips(options.inputs);
  await openFolder(options);
  const pictures: ExtractedPicture[] = [];
  const failed: { clip: string; message: string }[] = [];
  let kept = 0;
  for (const [at, clip] of clips.entries()) {
    throwIfAborted(signal);
    try {
      const { extracted, fresh } = await extractOnce(ffmpeg, clip, options);
      if (!fresh) kept += 1;
      for (const picture of extracted.pictures) pictures.push(picture);
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof MatteflowError) || error.code.startsWith('OUTPUT')) throw error;
      failed.push({ clip: clip.path, message: error.message });
      options.onNotice(error.message);
    }
    options.onClip(at + 1, clips.length);
  }
  const lines = pictures.map((picture) => `${JSON.stringify(picture)}\n`).join('');
  await publishFiles([{ path: join(output, 'manifest.jsonl'), content: lines }], true);
  return { output, clips: clips.length, kept, pictures: pictures.length, failed };
}

async function extractOnce(
  ffmpeg: Ffmpeg,
  clip: FoundClip,
  { output, sampling, format, signal }: ExtractOptions,
): Promise<{ extracted: Extracted; fresh: boolean }> {
  const { size, mtimeMs: modified } = await stat(clip.path);
  const path = join(output, 'state', `${clip.name}.json`);
  const before = await readState<Extracted>(path);
  if (before?.size === size && before.modified === modified) return { extracted: before, fresh: false };
  for (const { image } of before?.pictures ?? []) await rm(join(output, image), { force: true });
  const pictures = await extractClip(ffmpeg, clip, { folder: output, sampling, format }, signal);
  const extracted = { size, modified, pictures };
  await publishFiles([{ path, content: JSON.stringify(extracted) }], true);
  return { extracted, fresh: true };
}

/** Pictures of two samplings in one folder could not be told apart. */
async function openFolder({ output, sampling, format }: ExtractOptions): Promise<void> {
  const path = join(output, 'extracted.json');
  const settings = `${JSON.stringify({ sampling, format })}\n`;
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before !== undefined && before !== settings) {
    throw new MatteflowError('OUTPUT_EXISTS', {
      what: 'the frames there were sampled in another way',
      seen: before.trim(),
      expected: settings.trim(),
      remedy: 'Choose another folder',
      subject: output,
    });
  }
  try {
    for (const part of ['images', 'state']) await mkdir(join(output, part), { recursive: true });
  } catch (cause) {
    throw new MatteflowError('OUTPUT_UNWRITABLE', {
      what: 'the folder cannot be made',
      seen: asError(cause).message,
      subject: output,
      cause,
    });
  }
  if (before === undefined) await publishFiles([{ path, content: settings }], false);
}

async function readState<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
