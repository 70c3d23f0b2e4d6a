import { firstFew, type Complaint } from '../corrupt.js';
import type { ForeignTensors } from '../foreign-tensors.js';
import type { CheckpointFile } from './checkpoint-file.js';
import type { PythonValue } from './python-values.js';
import { readStoredTensor, StoredTensor } from './stored-tensor.js';

/** What data-parallel training puts before every name. */
const WRAPPER = 'module.';

/**
 * The tensors of a checkpoint: of the state dict under `state_dict`, where training tools keep it beside their own
 * records, or of the saved object itself.
 *
 * @throws `WEIGHTS_CORRUPT` where there is no state dict, something in it is no tensor, or storages are absent or short
 */
export function stateDict(file: CheckpointFile, corrupt: Complaint): ForeignTensors {
  const records = file.value;
  if (!(records instanceof Map)) throw corrupt('the file holds no state dict', undefined, 'tensors by name');
  const inner = records.get('state_dict');
  const tensors = tensorsByName(inner instanceof Map ? inner : records, corrupt);
  return {
    shapes: new Map([...tensors].map(([name, { shape }]) => [name, shape])),
    metadata: inner instanceof Map ? notes(records) : {},
    read: (name) => {
      const tensor = tensors.get(name)!;
      const bytes = file.storage(tensor.storage.key);
      const complain: Complaint = (what, seen, expected) => corrupt(`${name}: ${what}`, seen, expected);
      if (bytes?.length !== tensor.storage.byteLength) {
        const seen = bytes ? `${bytes.length} bytes` : 'none';
        throw complain(
          'its storage is absent or of another size',
          seen,
          `${tensor.storage.byteLength} bytes`,
        );
      }
      return readStoredTensor(tensor, bytes, complain);
    },
  };
}

function tensorsByName(
  dict: ReadonlyMap<PythonValue, PythonValue>,
  corrupt: Complaint,
): Map<string, StoredTensor> {
  const entries = [...dict].map(
    ([key, value]) => [typeof key === 'string' ? key : typeof key, value] as const,
  );
  const isTensor = (entry: readonly [string, PythonValue]): entry is readonly [string, StoredTensor] =>
    entry[1] instanceof StoredTensor;
  const others = entries.filter((entry) => !isTensor(entry)).map(([name]) => name);
  if (others.length > 0 || entries.length === 0) {
    const expected = 'a state dict: tensors by name';
    throw corrupt('there are values that are no tensors', firstFew(others) || 'nothing at all', expected);
  }
  const wrapped = entries.every(([name]) => name.startsWith(WRAPPER));
  return new Map(
    entries.filter(isTensor).map(([name, tensor]) => [wrapped ? name.slice(WRAPPER.length) : name, tensor]),
  );
}

/** The numbers a training tool keeps beside its state dict: `epoch`, `best_sad`. */
function notes(records: ReadonlyMap<PythonValue, PythonValue>): Record<string, string> {
  const numbers = [...records].filter(([key, value]) => typeof key === 'string' && typeof value === 'number');
  return Object.fromEntries(numbers.map(([key, value]) => [key as string, String(value as number)]));
}
