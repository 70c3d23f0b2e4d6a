import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { openClip } from '../ingest/clip.js';
import { verifyOutput } from '../output/verify.js';
import { matteVideo, type MatteVideoResult } from '../pipeline/matte-video.js';
import { openFfmpeg } from '../pipeline/open-ffmpeg.js';
import type { Progress } from '../pipeline/progress.js';
import type { ClipJob, Workplace } from './clip-job.js';
import { stemOf, locateClip, type LocatedClip } from './clip-key.js';
import { readRecord, setRecord, type ClipRecord } from './clip-record.js';
import { realRoot } from './contained-path.js';
import { hashContent } from './content-hash.js';
import { DatasetFolder } from './dataset-folder.js';
import { HashCache } from './hash-cache.js';
import { scoreClip } from './score-clip.js';
import { ThumbnailMaker } from './thumbnail.js';
import { versionsWith } from '../core/versions.js';

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
 * @throws MatteflowError as `matteVideo` and `locateClip` do; `INPUT_DAMAGED` when the clip is not the one the job was
 *   made of; `ABORTED`, with nothing left behind
 */
export async function matteClip(
  job: ClipJob,
  place: Workplace,
  { signal, onProgress, hashes }: MatteClipOptions,
): Promise<ClipRecord> {
  const { entry, key } = job;
  const folder = new DatasetFolder(place.output);
  const stem = stemOf(entry.name, key);
  const before = await readRecord(folder.record(stem));
  if (before) return before;

  const clip = await locateClip(await realRoot(place.root), entry, hashes);
  requireSame(clip, key);
  const ffmpeg = await openFfmpeg(place, signal);
  const output = folder.matte(entry, key);
  const path = join(folder.path, output);
  const thumbnail = new ThumbnailMaker(folder.thumbnail(stem));
  const result = await makeOnce(path, () =>
    matteVideo({
      ...entry.options,
      ...place,
      ...{ input: clip.input, trimaps: clip.trimaps, model: clip.model, output: path },
      ...(entry.range && { range: entry.range }),
      ...{ signal, onProgress, onFrame: (frame) => thumbnail.see(frame) },
    }),
  );
  // What this attempt has made has been counted; what it has found may be anybody's.
  const frames = result?.frames ?? (await countFound(ffmpeg, clip, path, signal));
  const metrics = clip.truth && (await scoreClip(ffmpeg, clip, path, place, signal));
  const record = await setRecord(folder.record(stem), {
    ...{ name: entry.name, key, output },
    sha256: await hashContent(path, await HashCache.open()),
    ...{ bytes: await bytesOf(path), frames, model: clip.model },
    ...(clip.weights && { weights: clip.weights }),
    ...(result && {
      ...{ seconds: result.seconds, fps: result.fps, engine: result.engine, device: result.device },
    }),
    ...(metrics && { metrics }),
    versions: await versionsWith(ffmpeg.version),
    finished: new Date().toISOString(),
  });
  await thumbnail.write();
  return record;
}

/** What `make` returns; undefined where another attempt's output has the name, now or by the time this one is done. */
async function makeOnce(
  path: string,
  make: () => Promise<MatteVideoResult>,
): Promise<MatteVideoResult | undefined> {
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
