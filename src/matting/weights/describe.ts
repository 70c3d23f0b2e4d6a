import { basename } from 'node:path';
import { MatteflowError } from '../../core/errors.js';
import { CLASSICAL_NAMES, classicalMethod, isClassical } from '../classical.js';
import { networkTable, type NetworkTable } from '../networks/inventory.js';
import type { ModelOptions } from '../networks/model.js';
import { networkNamed, NETWORK_NAMES } from '../networks/registry.js';
import type { ModelCard } from './card.js';
import { readForeign } from './read-foreign.js';
import { loadInitialWeights, loadModel, readInput, shippedModels } from './load.js';

/** A network, and the weights for it where there are any. */
export interface NetworkDescription {
  readonly kind: 'network';
  readonly name: string;
  readonly network: string;
  readonly options: ModelOptions;
  /** The weights file; absent for a bare network. */
  readonly file?: string;
  /** Said of weights that are not all of the network. */
  readonly part?: 'encoder';
  readonly card?: ModelCard;
  /** All layers of the network, whichever the file has. */
  readonly table: NetworkTable;
}

/** The tensors of a file that has not been imported. */
export interface ForeignDescription {
  readonly kind: 'tensors';
  readonly file: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** A method that needs no weights. */
export interface ClassicalDescription {
  readonly kind: 'classical';
  readonly name: string;
  readonly summary: string;
}

/**
 * What there is to know of a shipped model, a weights file of ours, somebody else's file, a bare network, or a classical
 * method.
 *
 * @throws `MODEL_UNKNOWN` for a name that is none of them; `INPUT_MISSING`, `WEIGHTS_CORRUPT` for a file
 */
export async function describeWeights(
  nameOrFile: string,
): Promise<NetworkDescription | ForeignDescription | ClassicalDescription> {
  if (isClassical(nameOrFile)) {
    return { kind: 'classical', name: nameOrFile, summary: classicalMethod(nameOrFile).summary };
  }
  const shipped = await shippedModels();
  if (shipped.includes(nameOrFile)) return describeFile((await loadModel(nameOrFile)).file, nameOrFile);
  if (NETWORK_NAMES.includes(nameOrFile)) return describeNetwork(nameOrFile);
  if (nameOrFile.endsWith('.safetensors')) {
    return describeFile(nameOrFile, basename(nameOrFile, '.safetensors'));
  }
  if (/[./\\]/.test(nameOrFile)) {
    const { shapes, metadata } = await readForeign(await readInput(nameOrFile), nameOrFile);
    const tensors = [...shapes].map(([name, shape]) => ({ name, shape }));
    return { kind: 'tensors', file: nameOrFile, metadata, tensors };
  }
  throw new MatteflowError('MODEL_UNKNOWN', {
    what: `there is neither a model nor a network called "${nameOrFile}"`,
    expected: `${[...new Set([...shipped, ...NETWORK_NAMES])].join(', ')}, or the path of a file; without weights: ${CLASSICAL_NAMES.join(', ')}`,
  });
}

async function describeFile(file: string, name: string): Promise<NetworkDescription> {
  const { model, options, part, card } = await loadInitialWeights(file);
  const described = describeNetwork(model, options);
  return { ...described, name: card?.name ?? name, file, ...(part && { part }), ...(card && { card }) };
}

function describeNetwork(network: string, options: ModelOptions = {}): NetworkDescription {
  const table = networkTable(networkNamed(network, options));
  return { kind: 'network', name: network, network, options, table };
}
