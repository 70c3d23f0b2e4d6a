import { complaintAbout } from './corrupt.js';
import type { ForeignTensors } from './foreign-tensors.js';
import { readArchive } from './pytorch/archive.js';
import { isLegacy, readLegacy } from './pytorch/legacy.js';
import { stateDict } from './pytorch/state-dict.js';
import { readSafetensors } from './safetensors.js';

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
