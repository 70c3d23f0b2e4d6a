import type { Complaint } from '../corrupt.js';
import { ByteCursor } from './byte-cursor.js';
import type { CheckpointFile } from './checkpoint-file.js';
import type { PythonValue } from './python-values.js';
import type { TensorStorage } from './stored-tensor.js';
import { storageOf } from './storage-id.js';
import { unpickle } from './unpickle.js';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/** The magic number as it stands in a file: a pickle's opening (protocol 2) and the instruction for a long number. */
const OPENING = Uint8Array.of(0x80, 0x02, 0x8a, 0x0a);

/** Whether the bytes begin as files of `torch.save` before PyTorch 1.6 do. */
export function isLegacy(bytes: Uint8Array): boolean {
  return OPENING.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads the format of `torch.save` before PyTorch 1.6: pickles of a magic number, a version, facts about the machine,
 * the object and the keys of its storages; then each storage, its length (eight bytes) before its numbers.
 *
 * @throws `WEIGHTS_CORRUPT` for another format, another byte order, and storages of other lengths than the object says
 */
export function readLegacy(bytes: Uint8Array, corrupt: Complaint): CheckpointFile {
  const cursor = new ByteCursor(bytes, corrupt);
  const plain = (): PythonValue => {
    return unpickle(cursor, () => fail('a header refers to tensors'), corrupt);
  };
  const fail = (what: string): never => {
    throw corrupt(what, undefined, 'a file as torch.save writes it');
  };
  if (plain() !== MAGIC) fail('the file does not begin with the magic number of PyTorch');
  if (plain() !== PROTOCOL) fail('the file is of an unknown version of the format');
  const machine = plain();
  if (!(machine instanceof Map) || machine.get('little_endian') !== true) {
    throw corrupt('the numbers are stored in another byte order', 'big-endian', 'little-endian');
  }
  const known = new Map<string, TensorStorage>();
  const value = unpickle(cursor, (id) => keep(known, storageOf(id, corrupt), corrupt), corrupt);
  const keys = plain();
  if (!Array.isArray(keys)) return fail('the storages are not listed');
  const storages = new Map<string, Uint8Array>();
  for (const key of keys as readonly PythonValue[]) {
    const storage = typeof key === 'string' && !storages.has(key) ? known.get(key) : undefined;
    if (!storage) return fail('the list of storages has one that no tensor looks at, or one twice');
    const count = cursor.u64();
    if (count !== storage.count) {
      throw corrupt('a storage has another length than its tensors say', `${count}`, `${storage.count}`);
    }
    storages.set(storage.key, cursor.take(storage.byteLength));
  }
  return { value, storage: (key) => storages.get(key) };
}

/** One storage a key, however often it is referred to. */
function keep(known: Map<string, TensorStorage>, storage: TensorStorage, corrupt: Complaint): TensorStorage {
  const before = known.get(storage.key);
  if (before && (before.kind !== storage.kind || before.count !== storage.count)) {
    throw corrupt('a storage is described in two ways', `key ${storage.key}`);
  }
  known.set(storage.key, before ?? storage);
  return before ?? storage;
}
