import { readFile } from 'node:fs/promises';
import { asError, MatteflowError } from '../core/errors.js';
import { complaintAbout } from '../matting/weights/corrupt.js';
import { readSafetensors, writeSafetensors, type WeightTensor } from '../matting/weights/safetensors.js';
import { publishFiles } from '../output/publish-files.js';
import type { Recipe } from './recipe.js';

/** How far a run is. */
export interface Progress {
  /** Steps taken. */
  readonly step: number;
  /** The number of the next sample. With the recipe's seed it is all the random state there is. */
  readonly nextSample: number;
  /** Wall clock spent on training so far, over all the runs it was resumed in. */
  readonly seconds: number;
  /** The best validation so far. */
  readonly best?: { readonly step: number; readonly score: number };
}

/** Folders that samples are made of; of a kind without any, pictures are drawn. */
export interface DataFolders {
  readonly foregrounds: readonly string[];
  readonly backgrounds: readonly string[];
  /** Foregrounds that are never trained on, to validate by. */
  readonly heldOut: readonly string[];
}

/** All that a run needs to go on as if it had not stopped. */
export interface Checkpoint {
  readonly recipe: Recipe;
  readonly data: DataFolders;
  readonly progress: Progress;
  /** By group (`parameters`, `average`, `optimiser`, …), then by name. */
  readonly tensors: ReadonlyMap<string, WeightTensor>;
}

const FORMAT = 'matteflow training checkpoint 1';

/**
 * Writes a checkpoint, which replaces an older one in a single step: a reader sees one of the two, whole.
 *
 * @throws `OUTPUT_UNWRITABLE`
 */
export async function writeCheckpoint(
  path: string,
  { recipe, data, progress, tensors }: Checkpoint,
): Promise<void> {
  const state = JSON.stringify({ recipe, data, progress });
  await publishFiles([{ path, content: writeSafetensors(tensors, { format: FORMAT, state }) }], true);
}

/**
 * @throws `INPUT_MISSING` when there is none; `WEIGHTS_CORRUPT` for a file that is no checkpoint, or a damaged one
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the checkpoint cannot be read',
      seen: asError(cause).message,
      subject: path,
      cause,
    });
  });
  const { tensors, metadata } = readSafetensors(bytes, path);
  const { format, state } = metadata;
  const corrupt = complaintAbout(path, 'Begin again, or resume from an older checkpoint');
  if (format !== FORMAT || state === undefined) {
    throw corrupt('the file is no training checkpoint', format ?? 'other weights', FORMAT);
  }
  // Whoever wrote the format's name wrote the state: what is checked is that it arrived whole.
  const { data, ...rest } = JSON.parse(state) as Omit<Checkpoint, 'tensors' | 'data'> & {
    data?: Partial<DataFolders>;
  };
  // Runs begun before folders were kept have to be told them again.
  return { ...rest, data: { foregrounds: [], backgrounds: [], heldOut: [], ...data }, tensors };
}
