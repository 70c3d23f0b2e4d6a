import type { Complaint } from '../corrupt.js';
import type { PythonGlobal, PythonValue } from './python-values.js';
import { TensorStorage } from './stored-tensor.js';

/**
 * The storage that a persistent id of PyTorch's means: ('storage', class, key, device, count), to which the older
 * format adds a view that has been None since PyTorch 0.4.
 *
 * @throws `WEIGHTS_CORRUPT` for any other id
 */
export function storageOf(id: PythonValue, corrupt: Complaint): TensorStorage {
  const [what, type, key, , count, view = null] = Array.isArray(id) ? (id as readonly PythonValue[]) : [];
  const kind = (type as Partial<PythonGlobal> | null | undefined)?.storageKind;
  const counted = Number.isSafeInteger(count) && (count as number) >= 0;
  if (what !== 'storage' || kind === undefined || typeof key !== 'string' || !counted || view !== null) {
    throw corrupt('a pickle refers to something else than a storage of numbers');
  }
  return new TensorStorage(key, kind, count as number);
}
