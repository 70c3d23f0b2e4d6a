import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MatteflowError, asError } from '../../core/errors.js';
import type { NetworkModel } from '../networks/model.js';
import { networkModel } from '../networks/registry.js';
import { readCard, type ModelCard } from './card.js';
import { readSafetensors, type TensorFile, type WeightTensor } from './safetensors.js';
import { checkWeights } from './scope.js';

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
 *   `WEIGHTS_CORRUPT` for everything that is wrong with one
 */
export async function loadModel(
  nameOrFile: string,
  overrides: { readonly stages?: 1 | 2 } = {},
): Promise<LoadedModel> {
  const file = isFile(nameOrFile) ? nameOrFile : await shippedFile(nameOrFile);
  const bytes = await readInput(file);
  const card = await cardBeside(file);
  if (card) requireChecksum(bytes, card, file);
  const { tensors, metadata } = readSafetensors(bytes, file);
  const { model, options } = card ?? fromMetadata(metadata, file);
  const full = networkModel(model, options);
  const network = networkModel(model, { ...options, ...overrides });
  checkWeights(tensors, network, full, file);
  return { name: basename(file, ENDING), file, network, tensors, ...(card && { card }) };
}

function isFile(nameOrFile: string): boolean {
  return nameOrFile.endsWith(ENDING) || /[/\\]/.test(nameOrFile);
}

async function shippedFile(name: string): Promise<string> {
  const names = (await readdir(SHIPPED)).filter((entry) => entry.endsWith(ENDING));
  if (names.includes(name + ENDING)) return join(SHIPPED, name + ENDING);
  throw new MatteflowError('MODEL_UNKNOWN', {
    what: `there is no model called "${name}"`,
    expected: `${names.map((entry) => basename(entry, ENDING)).join(', ')}, or the path of a ${ENDING} file`,
  });
}

async function readInput(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the weights cannot be read',
      seen: asError(cause).message,
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

function fromMetadata(
  metadata: TensorFile['metadata'],
  file: string,
): { model: string; options: Readonly<Record<string, unknown>> } {
  const { model, options = '{}' } = metadata;
  if (model === undefined) {
    throw new MatteflowError('WEIGHTS_CORRUPT', {
      what: 'nothing says which network the weights are for',
      expected: 'a card beside the file, or "model" in its metadata',
      remedy: 'Import the weights with `matteflow weights import`, which writes both',
      subject: file,
    });
  }
  try {
    const parsed: unknown = JSON.parse(options);
    if (typeof parsed === 'object' && parsed !== null) return { model, options: { ...parsed } };
  } catch {
    // Falls through: text that is no JSON and JSON that is no object are one mistake.
  }
  throw new MatteflowError('WEIGHTS_CORRUPT', {
    what: 'the options in the metadata are of the wrong kind',
    seen: options,
    expected: 'a JSON object',
    subject: file,
  });
}
