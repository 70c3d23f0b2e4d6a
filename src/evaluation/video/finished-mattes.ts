import { readdir, stat } from 'node:fs/promises';
import { extname, join, parse } from 'node:path';
import { asError, MatteflowError, throwIfAborted } from '../../core/errors.js';
import type { Ffmpeg } from '../../ffmpeg/tools.js';
import { listPictures } from '../../ingest/numbered.js';
import type { MattedFrame } from './clip-meter.js';
import type { ClipMethod } from './evaluate-clip.js';
import { readFrameAlpha } from './read-frame-alpha.js';
import { readMatteVideo } from './read-matte-video.js';
import type { TruthClip } from './truth-clip.js';

/**
 * Mattes made elsewhere: a folder of pictures named by frame number, or a video that starts with the clip's first frame;
 * with an alpha channel, or grey. For a set of clips, a folder that holds one of these for each, named like the clip.
 *
 * @param ofSet - whether `path` holds one for each clip
 */
export function finishedMattes(
  ffmpeg: Ffmpeg,
  { name, path, ofSet }: { readonly name: string; readonly path: string; readonly ofSet: boolean },
): ClipMethod {
  return {
    name,
    async matte(clip, _trimaps, onFrame, signal): Promise<void> {
      const source = ofSet ? await entryOf(path, clip.name) : path;
      const frames = (await isFolder(source))
        ? readMatteFolder(source, clip)
        : readMatteVideo(ffmpeg, source, clip.clip, signal);
      for await (const frame of frames) {
        throwIfAborted(signal);
        await onFrame(frame);
      }
    },
  };
}

/** The frames that have a truth and a picture, in order. @throws as `listPictures` and `readFrameAlpha` do */
async function* readMatteFolder(folder: string, { clip, truths }: TruthClip): AsyncGenerator<MattedFrame> {
  for (const { name, number } of await listPictures(folder, undefined, folder)) {
    const index = number - clip.firstNumber;
    if (truths.has(index)) yield { index, alpha: await readFrameAlpha(join(folder, name), clip.format) };
  }
}

/** A folder of the clip's name, or a file of that name with any ending. */
async function entryOf(folder: string, clip: string): Promise<string> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the folder cannot be read',
      seen: asError(cause).message,
      expected: 'a folder of mattes for each clip, or a video',
      subject: folder,
      cause,
    });
  });
  const found = names.filter((name) => name === clip || (extname(name) !== '' && parse(name).name === clip));
  if (found.length === 1) return join(folder, found[0]!);
  throw new MatteflowError('INPUT_MISSING', {
    what: `there have to be mattes for the clip ${clip}`,
    seen: found.length === 0 ? 'none' : found.join(' and '),
    expected: `one folder or video called ${clip}`,
    subject: folder,
  });
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'there is no such file or folder',
      subject: path,
      cause,
    });
  });
  return found.isDirectory();
}
