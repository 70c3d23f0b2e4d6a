import { MatteflowError } from '../../../core/errors.js';
import type { Complaint } from '../corrupt.js';
import { Latin1Bytes, NumberType, type PythonGlobal, type PythonValue } from './python-values.js';
import { storageKind, StoredTensor, TensorStorage } from './stored-tensor.js';

/**
 * The names that files of weights use, as `module.name`, and what is built here for a call of each. None runs code of
 * the file's, imports anything, or does work that grows faster than its arguments.
 */
const CALLS: Readonly<Record<string, PythonGlobal['call']>> = {
  'collections.OrderedDict': orderedDict,
  '__builtin__.set': setOf,
  'builtins.set': setOf,
  'torch.Size': ([sizes = []], corrupt) => {
    if (!Array.isArray(sizes)) throw corrupt('a size is not a list of numbers');
    return sizes;
  },
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': ([tensor], corrupt) => {
    if (!(tensor instanceof StoredTensor)) throw corrupt('a parameter is not a tensor');
    return tensor;
  },
  'numpy.dtype': ([code], corrupt) => {
    if (typeof code !== 'string') throw corrupt('a number type of NumPy is not named');
    return new NumberType(code);
  },
  'numpy.core.multiarray.scalar': numpyNumber,
  'numpy._core.multiarray.scalar': numpyNumber,
  '_codecs.encode': ([text, coding], corrupt) => {
    if (typeof text !== 'string' || coding !== 'latin1') throw corrupt('bytes are spelt in an unknown way');
    return new Latin1Bytes(text);
  },
};

/**
 * What stands here for a name in a pickle.
 *
 * @throws `WEIGHTS_CORRUPT`, with the name, for every name that weights have no need of
 */
export function findGlobal(module: string, name: string, corrupt: Complaint): PythonGlobal {
  const full = `${module}.${name}`;
  const kind = module === 'torch' ? storageKind(name) : undefined;
  if (kind !== undefined) return { name: full, storageKind: kind };
  const call = Object.hasOwn(CALLS, full) ? CALLS[full] : undefined;
  if (call) return { name: full, call };
  throw wantsToCall(full, corrupt);
}

/** Says what a file that is more than data would have run. */
export function wantsToCall(name: string, corrupt: Complaint): MatteflowError {
  const { parts } = corrupt(
    `the file wants to call ${printable(name)}`,
    undefined,
    'numbers and plain data only',
  );
  const remedy = 'Nothing of it was run; PyTorch would run it, so load it nowhere unless you trust its maker';
  return new MatteflowError('WEIGHTS_CORRUPT', { ...parts, remedy });
}

/** A name from a file, fit for a terminal. */
function printable(name: string): string {
  const clean = name.replace(/[^\x20-\x7e]/g, '?');
  return clean.length > 80 ? `${clean.slice(0, 80)}…` : clean;
}

/** With no argument: what Python 3 writes, which fills it afterwards. Python 2 gave all items at once. */
function orderedDict([items]: readonly PythonValue[], corrupt: Complaint): PythonValue {
  if (items === undefined) return new Map<PythonValue, PythonValue>();
  if (!Array.isArray(items)) throw corrupt('an OrderedDict is made of something else than pairs');
  return new Map(
    items.map((pair) => {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw corrupt('an OrderedDict has an item that is no pair');
      return pair as [PythonValue, PythonValue];
    }),
  );
}

function setOf([items = []]: readonly PythonValue[], corrupt: Complaint): PythonValue {
  if (!Array.isArray(items)) throw corrupt('a set is not made of a list');
  return items;
}

function rebuildTensor(args: readonly PythonValue[], corrupt: Complaint): StoredTensor {
  const [storage, offset, shape, strides] = args;
  if (!(storage instanceof TensorStorage) || !Array.isArray(shape) || !Array.isArray(strides)) {
    throw corrupt('a tensor is not described as PyTorch does');
  }
  return new StoredTensor(storage, offset, shape, strides, corrupt);
}

const NUMPY_READERS: Readonly<Record<string, (view: DataView) => number>> = {
  f8: (view) => view.getFloat64(0, true),
  f4: (view) => view.getFloat32(0, true),
  i8: (view) => Number(view.getBigInt64(0, true)),
  i4: (view) => view.getInt32(0, true),
};

/** A single number of NumPy's, such as the best score a training loop kept. */
function numpyNumber([type, bytes]: readonly PythonValue[], corrupt: Complaint): number {
  const code = type instanceof NumberType ? type.code.slice(0, 3).replace(/^[<=|]/, '') : '';
  const read = Object.hasOwn(NUMPY_READERS, code) ? NUMPY_READERS[code] : undefined;
  const size = Number(code.slice(1));
  const raw = bytes instanceof Latin1Bytes ? bytes.text : bytes;
  if (!read || !(typeof raw === 'string' || raw instanceof Uint8Array) || raw.length !== size) {
    throw corrupt('a number of NumPy cannot be read', code === '' ? undefined : `type ${printable(code)}`);
  }
  const view = new DataView(new ArrayBuffer(size));
  for (let i = 0; i < size; i++) view.setUint8(i, typeof raw === 'string' ? raw.charCodeAt(i) : raw[i]!);
  return read(view);
}
