import { createHash } from 'node:crypto';
import { MatteflowError } from '../core/errors.js';
import { isClassical } from '../matting/classical.js';
import { weightsFile } from '../matting/weights/load.js';
import type { ClipEntry, ClipOptions } from './clip-entry.js';
import { locateTrimaps, trimapContent, type ClipTrimaps } from './clip-trimaps.js';
import { containedHash } from './contained-hash.js';
import { containedPath } from './contained-path.js';
import type { HashCache } from './hash-cache.js';

/** A clip with its places found: absolute, real, inside the root. */
export interface LocatedClip {
  readonly entry: ClipEntry;
  readonly input: string;
  readonly trimaps: ClipTrimaps;
  readonly truth?: string;
  /** As the pipeline takes it: a name, or a file's path. */
  readonly model: string;
  /** SHA-256 of the weights; absent for methods that have none. */
  readonly weights?: string;
  /** Names all that the matte follows from: 64 hexadecimal digits. */
  readonly key: string;
}

/** Digits of a key that stand in the names of files: two keys of one clip never share as many. */
const SHOWN_DIGITS = 12;

/**
 * Finds a clip's files and hashes them. The key follows from their contents, the weights and the options, not from where
 * anything lies: a clip whose key has a record is finished.
 *
 * @param root - a real path
 * @throws `USAGE`, `INPUT_MISSING`, `INPUT_UNSUPPORTED` as `containedPath` and `containedHash` do; `MODEL_UNKNOWN`
 */
export async function locateClip(root: string, entry: ClipEntry, hashes: HashCache): Promise<LocatedClip> {
  const { name: subject, options, range } = entry;
  const locate = (path: string): Promise<string> => containedPath(root, path, subject);
  const hash = (path: string): Promise<string> => containedHash(path, hashes, root);
  const input = await locate(entry.input);
  const trimaps = await locateTrimaps(entry, locate);
  const truth = entry.truth === undefined ? undefined : await locate(entry.truth);
  const model = await locateModel(root, options, subject);
  const weights = isClassical(model) ? undefined : await hashes.hash(await weightsFile(model));
  const content = {
    input: await hash(input),
    ...(await trimapContent(trimaps, hash)),
    truth: truth && (await hash(truth)),
    weights: weights ?? model,
    range,
    options: settled(options),
  };
  const key = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return { entry, input, trimaps, ...(truth && { truth }), model, ...(weights && { weights }), key };
}

/** What a clip's files are called: `dancer.3f2a9c1d7b60`. */
export function stemOf(name: string, key: string): string {
  return `${name}.${key.slice(0, SHOWN_DIGITS)}`;
}

/** A shipped model or a method by its name; anything that looks like a path has to lie in the root. */
async function locateModel(
  root: string,
  { model = 'compact' }: ClipOptions,
  subject: string,
): Promise<string> {
  if (!/[/\\]|\.safetensors$/.test(model)) return model;
  if (model.endsWith('.safetensors')) return containedPath(root, model, subject);
  throw new MatteflowError('USAGE', {
    what: 'the weights are no .safetensors file',
    seen: model,
    subject,
  });
}

/** Every option with its default, in one order, so that saying what is meant anyway makes no other key. */
function settled({ stages, tile, scale, margin, prior, premultiplied, format }: ClipOptions): object {
  return {
    stages: stages ?? 2,
    tile: tile ?? 1024,
    scale: scale ?? 'auto',
    margin,
    prior: prior ?? 'quarter',
    premultiplied: premultiplied ?? false,
    format: format ?? 'prores4444',
  };
}
