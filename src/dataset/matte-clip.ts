import { readdir, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { contentHash } from '../core/content-hash.js';
import { MatteflowError } from '../core/errors.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { openClip } from '../ingest/clip.js';
import { verifyOutput } from '../output/verify.js';
import { matteVideo, type MatteVideoResult } from '../pipeline/matte-video.js';
import { openFfmpeg } from '../pipeline/open-ffmpeg.js';
import type { Progress } from '../pipeline/progress.js';
import type { ClipJob, Workplace } from './clip-job.js';
import { stemOf, locateClip, type LocatedClip } from './clip-key.js';
import { readRecord, setRecord } from './clip-record.js';
import { realRoot } from './contained-path.js';
import { DatasetFolder } from './dataset-folder.js';
import type { HashCache } from './hash-cache.js';
import { matteOptions } from './matte-options.js';
import { joinParts, matteOnePart, type PartsContext } from './matte-parts.js';
import { scoreClip } from './score-clip.js';
import { ThumbnailMaker } from './thumbnail.js';
import { versionsWith } from '../core/versions.js';

/** What a record tells of the making. */
type Made = Pick<MatteVideoResult, 'frames' | 'seconds' | 'engine' | 'device'>;

export interface MatteClipOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Of this process; files that every clip reads (the weights) are hashed once. */
  readonly hashes: HashCache;
}

/**
 * Mattes one clip of a data set, however often and wherever it is called: the output is made under a name of this
 * attempt's own, counted, synced and linked to its final name, which can be taken once; then it is recorded, which can
 * be done once too. What an attempt before this one has finished is not done again.
 *
 * Given a part of a clip, it makes that part and nothing else, in the same way.
 *
 * @throws MatteflowError as `matteVideo` and `locateClip` do; `INPUT_DAMAGED` when the clip is not the one the job was
 *   made of; `ABORTED`, with nothing left behind
 */
export async function matteClip(
  job: ClipJob,
  place: Workplace,
  { signal, onProgress, hashes }: MatteClipOptions,
): Promise<void> {
  const { entry, key } = job;
  const folder = new DatasetFolder(place.output);
  const stem = stemOf(entry.name, key);
  const recordPath = folder.record(stem);
  if (!(await readRecord(recordPath))) {
    const clip = await locateClip(await realRoot(place.root), entry, hashes);
    requireSame(clip, key);
    const output = folder.matte(entry, key);
    const options = matteOptions(clip, place, { output: join(folder.path, output), signal, onProgress });
    const context = { clip, job, folder, options };
    if (job.part !== undefined) {
      await matteOnePart(context, job.part);
      return;
    }
    const made = await makeOnce(options.output, () =>
      job.parts === undefined ? matteWhole(context) : joinParts(context),
    );
    await record(context, made, place, signal);
  }
  await rm(folder.parts(stem), { recursive: true, force: true });
}

async function matteWhole({ clip, folder, options }: PartsContext): Promise<Made> {
  const thumbnail = new ThumbnailMaker(folder.thumbnail(stemOf(clip.entry.name, clip.key)));
  const made = await matteVideo({ ...options, onFrame: (frame) => thumbnail.see(frame) });
  await thumbnail.write();
  return made;
}

/** @param made - undefined where an attempt before this one has made the output */
async function record(
  { clip, job, folder, options }: PartsContext,
  made: Made | undefined,
  place: Workplace,
  signal: AbortSignal,
): Promise<void> {
  const { entry, key } = job;
  const { output: path } = options;
  const ffmpeg = await openFfmpeg(place, signal);
  // What this attempt has made has been counted; what it has found may be anybody's.
  const frames = made?.frames ?? (await countFound(ffmpeg, clip, path, signal));
  const metrics = clip.truth && (await scoreClip(ffmpeg, clip, path, place, signal));
  await setRecord(folder.record(stemOf(entry.name, key)), {
    ...{ name: entry.name, key, output: relative(folder.path, path) },
    sha256: await contentHash(path, signal),
    ...{ bytes: await bytesOf(path), frames, model: clip.model },
    ...(clip.weights && { weights: clip.weights }),
    ...(made && {
      ...{ seconds: made.seconds, fps: frames / made.seconds, engine: made.engine, device: made.device },
    }),
    ...(metrics && { metrics }),
    versions: await versionsWith(ffmpeg.version),
    finished: new Date().toISOString(),
  });
}

/** What `make` returns; undefined where another attempt's output has the name, now or by the time this one is done. */
async function makeOnce(path: string, make: () => Promise<Made>): Promise<Made | undefined> {
  const there = await stat(path).catch(() => undefined);
  // A folder is made empty by nobody here.
  if (there) return undefined;
  try {
    return await make();
  } catch (error) {
    if (error instanceof MatteflowError && error.code === 'OUTPUT_EXISTS') return undefined;
    throw error;
  }
}

/**
 * Counts a published output, whoever made it. One that is not whole was damaged after it had its name, and is taken away,
 * so that the next attempt can make it anew.
 */
async function countFound(
  ffmpeg: Ffmpeg,
  { entry, input }: LocatedClip,
  path: string,
  signal: AbortSignal,
): Promise<number> {
  const { frameCount: frames } = await openClip(ffmpeg, input, {
    signal,
    ...(entry.range && { range: entry.range }),
  });
  const sequence = entry.options.format === 'png';
  try {
    const written = { path, sequence, indexed: path.endsWith('.mov'), frames, subject: path };
    await verifyOutput(ffmpeg, written, signal);
    return frames;
  } catch (error) {
    if (error instanceof MatteflowError && error.code === 'OUTPUT_INCOMPLETE') {
      await rm(path, { recursive: true, force: true });
    }
    throw error;
  }
}

/** Of a file, or of a folder's files. */
async function bytesOf(path: string): Promise<number> {
  const found = await stat(path);
  if (!found.isDirectory()) return found.size;
  const files = (await readdir(path)).map(async (name) => (await stat(join(path, name))).size);
  return (await Promise.all(files)).reduce((sum, size) => sum + size, 0);
}

function requireSame({ key, input }: LocatedClip, expected: string): void {
  if (key === expected) return;
  throw new MatteflowError('INPUT_DAMAGED', {
    what: 'the clip, its trimaps or the weights are not what the job was made of',
    seen: `key ${key.slice(0, 12)}`,
    expected: expected.slice(0, 12),
    remedy: 'They changed meanwhile, or differ between machines: start the run again',
    subject: input,
  });
}
