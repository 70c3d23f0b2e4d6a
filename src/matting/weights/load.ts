import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MatteflowError, asError } from '../../core/errors.js';
import { CLASSICAL_NAMES, isClassical } from '../classical.js';
import type { NetworkModel } from '../networks/model.js';
import { networkModel } from '../networks/registry.js';
import { readCard, type ModelCard } from './card.js';
import { complaintAbout } from './corrupt.js';
import { readMetadataText, type WeightsMetadata } from './metadata.js';
import { readSafetensors, type WeightTensor } from './safetensors.js';
import { checkPart, checkWeights } from './scope.js';

/** A network and weights that were found to fit it: what an engine loads. */
export interface LoadedModel {
  /** The shipped name, or the file's name without its ending. */
  readonly name: string;
  /** The weights file. */
  readonly file: string;
  readonly network: NetworkModel;
  /** Parameters by full name. */
  readonly tensors: ReadonlyMap<string, WeightTensor>;
  /** Absent for a bare weights file. */
  readonly card?: ModelCard;
}

const ENDING = '.safetensors';

/** The package's own folder of weights, from src/ and from dist/src/ alike. */
const SHIPPED = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../../models/' : '../../../../models/', import.meta.url),
);

/**
 * Reads a model and checks all of it: card, checksum, names, shapes, numbers.
 *
 * @param nameOrFile - a shipped model's name, or the path of a .safetensors file. Beside a file stands its card,
 *   NAME.json; without one, the file's own metadata must say `model` (and may say `options`, as JSON)
 * @param overrides - `stages: 1` leaves stage 2 out, though the file may hold it
 * @throws `MODEL_UNKNOWN` for a name that is not shipped; `INPUT_MISSING` for a file that cannot be read;
 *   `WEIGHTS_CORRUPT` for everything that is wrong with one; `INPUT_UNSUPPORTED` for weights of a part of a model
 */
export async function loadModel(
  nameOrFile: string,
  overrides: { readonly stages?: 1 | 2 } = {},
): Promise<LoadedModel> {
  const file = await weightsFile(nameOrFile);
  const { tensors, card, about } = await readWeights(file);
  const { model, options, part } = about;
  if (part) {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: `the weights are of the ${part} only, so that nothing can be matted with them`,
      expected: `all of the model ${model}`,
      remedy: 'Train a model from them, or choose another',
      subject: file,
    });
  }
  const full = networkModel(model, options);
  const network = networkModel(model, { ...options, ...overrides });
  checkWeights(tensors, network, full, file);
  return { name: basename(file, ENDING), file, network, tensors, ...(card && { card }) };
}

/** Parameters of a network that training begins with; the others are drawn at random. */
export interface InitialWeights extends WeightsMetadata {
  readonly file: string;
  readonly tensors: ReadonlyMap<string, WeightTensor>;
  readonly card?: ModelCard;
}

/**
 * Reads a file of weights, whole or of a part of a model, as what training begins with.
 *
 * @throws `INPUT_MISSING`, `WEIGHTS_CORRUPT` as `loadModel` does, but parameters may be missing
 */
export async function loadInitialWeights(file: string): Promise<InitialWeights> {
  const { tensors, card, about } = await readWeights(file);
  const { model, options, part } = about;
  checkPart(tensors, networkModel(model, options), file);
  return { model, options, ...(part && { part }), file, tensors, ...(card && { card }) };
}

/** A weights file that has been read and agrees with its card, not yet held to a network. */
interface ReadWeights {
  readonly tensors: ReadonlyMap<string, WeightTensor>;
  readonly card: ModelCard | undefined;
  /** What the card says the weights are, or without one the file's own metadata. */
  readonly about: WeightsMetadata;
}

async function readWeights(file: string): Promise<ReadWeights> {
  const bytes = await readInput(file);
  const card = await cardBeside(file);
  if (card) requireChecksum(bytes, card, file);
  const { tensors, metadata } = readSafetensors(bytes, file);
  return { tensors, card, about: card ?? readMetadataText(metadata, complaintAbout(file)) };
}

/** The file that a shipped model's name, or a path, stands for. @throws `MODEL_UNKNOWN` for a name that is not shipped */
export async function weightsFile(nameOrFile: string): Promise<string> {
  return isFile(nameOrFile) ? nameOrFile : shippedFile(nameOrFile);
}

function isFile(nameOrFile: string): boolean {
  return nameOrFile.endsWith(ENDING) || /[/\\]/.test(nameOrFile);
}

/** The names of the models that come with the package. */
export async function shippedModels(): Promise<string[]> {
  const files = (await readdir(SHIPPED)).filter((entry) => entry.endsWith(ENDING));
  return files.map((entry) => basename(entry, ENDING));
}

async function shippedFile(name: string): Promise<string> {
  const names = await shippedModels();
  if (names.includes(name)) return join(SHIPPED, name + ENDING);
  throw new MatteflowError('MODEL_UNKNOWN', {
    what: isClassical(name) ? `${name} has no weights` : `there is no model called "${name}"`,
    expected: `${names.join(', ')}, or the path of a ${ENDING} file; without weights: ${CLASSICAL_NAMES.join(', ')}`,
  });
}

/**
 * The bytes of a file of weights.
 *
 * @throws `INPUT_MISSING` when it cannot be read
 */
export async function readInput(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the weights cannot be read',
      seen: asError(cause).message,
      expected: 'the path of a file of weights',
      subject: file,
      cause,
    });
  }
}

async function cardBeside(file: string): Promise<ModelCard | undefined> {
  const path = `${file.endsWith(ENDING) ? file.slice(0, -ENDING.length) : file}.json`;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new MatteflowError('INPUT_MISSING', { what: 'the card cannot be read', subject: path, cause });
  }
  return readCard(text, path);
}

function requireChecksum(bytes: Uint8Array, card: ModelCard, file: string): void {
  const seen = createHash('sha256').update(bytes).digest('hex');
  if (seen === card.sha256) return;
  throw new MatteflowError('WEIGHTS_CORRUPT', {
    what: 'the weights are not those the card describes',
    seen: `SHA-256 ${seen}`,
    expected: card.sha256,
    remedy: 'Fetch the weights again, or remove the card if it belongs to another file',
    subject: file,
  });
}
