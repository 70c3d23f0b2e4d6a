import { complaintAbout, firstFew } from './corrupt.js';
import { readArchive } from './pytorch/archive.js';
import { isLegacy, readLegacy } from './pytorch/legacy.js';
import { stateDict } from './pytorch/state-dict.js';
import { readSafetensors, type WeightTensor } from './safetensors.js';

/** Tensors under the names of whoever made them. */
export interface ForeignTensors {
  /** Name → shape. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** What the file says of itself beside its tensors. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * The numbers of one of them.
   *
   * @throws `WEIGHTS_CORRUPT` when they are not where the file says, or no floating-point numbers
   */
  read(name: string): WeightTensor;
}

const ZIP = 'PK\u0003\u0004';

/**
 * Takes apart a file of tensors: PyTorch's (either format) or safetensors, told apart by their first bytes.
 *
 * @param subject - the file's name, for messages
 * @throws `WEIGHTS_CORRUPT`; see the readers
 */
export async function readForeign(bytes: Uint8Array, subject: string): Promise<ForeignTensors> {
  const corrupt = complaintAbout(subject);
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') === ZIP) {
    return stateDict(await readArchive(bytes, corrupt), corrupt);
  }
  if (isLegacy(bytes)) return stateDict(readLegacy(bytes, corrupt), corrupt);
  const { tensors, metadata } = readSafetensors(bytes, subject);
  return {
    shapes: new Map([...tensors].map(([name, { shape }]) => [name, shape])),
    metadata,
    read: (name) => tensors.get(name)!,
  };
}

/**
 * Several files that together hold one set of weights, as one.
 *
 * @throws `WEIGHTS_CORRUPT` when two hold the same name
 */
export function joinParts(
  parts: readonly [ForeignTensors, ...ForeignTensors[]],
  subject: string,
): ForeignTensors {
  const owners = new Map<string, ForeignTensors>();
  const twice: string[] = [];
  for (const part of parts) {
    for (const name of part.shapes.keys()) {
      if (owners.has(name)) twice.push(name);
      owners.set(name, part);
    }
  }
  if (twice.length > 0)
    throw complaintAbout(subject)('two of the files hold the same tensors', firstFew(twice));
  return {
    shapes: new Map(parts.flatMap((part) => [...part.shapes])),
    metadata: parts[0].metadata,
    read: (name) => owners.get(name)!.read(name),
  };
}
