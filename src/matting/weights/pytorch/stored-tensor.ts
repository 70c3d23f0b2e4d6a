import { shapeText, type Complaint } from '../corrupt.js';
import type { WeightTensor } from '../safetensors.js';
import { FLOAT_BYTES, widen, type FloatKind } from '../widen.js';

/** What a storage holds: a kind of floating-point number, or the bytes of a number that no parameter is made of. */
export type NumberKind = FloatKind | number;

/** The storage classes of the module `torch`. */
const STORAGE_CLASSES: Readonly<Record<string, NumberKind>> = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  DoubleStorage: 'F64',
  LongStorage: 8,
  IntStorage: 4,
  ShortStorage: 2,
  CharStorage: 1,
  ByteStorage: 1,
  BoolStorage: 1,
};

/** What a storage of that class holds; undefined for a name that is no storage class. */
export function storageKind(className: string): NumberKind | undefined {
  return Object.hasOwn(STORAGE_CLASSES, className) ? STORAGE_CLASSES[className] : undefined;
}

/** A run of numbers that tensors are views of; the numbers themselves lie elsewhere in the file, under the key. */
export class TensorStorage {
  readonly key: string;
  readonly kind: NumberKind;
  /** Numbers in it. */
  readonly count: number;

  constructor(key: string, kind: NumberKind, count: number) {
    this.key = key;
    this.kind = kind;
    this.count = count;
  }

  get byteLength(): number {
    return this.count * (typeof this.kind === 'number' ? this.kind : FLOAT_BYTES[this.kind]);
  }
}

/** More axes than any network's parameter has. */
const MAX_AXES = 8;

/** A tensor as a file describes it: a view of a storage, of which nothing has been read. Offset and strides count numbers. */
export class StoredTensor {
  readonly storage: TensorStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  /** @throws `WEIGHTS_CORRUPT` for a view that reaches beyond its storage or repeats numbers of it */
  constructor(
    storage: TensorStorage,
    offset: unknown,
    shape: readonly unknown[],
    strides: readonly unknown[],
    corrupt: Complaint,
  ) {
    if (shape.length > MAX_AXES || strides.length !== shape.length) {
      const seen = `${shape.length} sizes and ${strides.length} strides`;
      throw corrupt(
        'a tensor has an unusable shape',
        seen,
        `as many of one as of the other, at most ${MAX_AXES}`,
      );
    }
    if (![offset, ...shape, ...strides].every(isCount)) {
      throw corrupt('a tensor has an unusable shape', undefined, 'whole numbers, 0 or more');
    }
    this.storage = storage;
    this.offset = offset as number;
    this.shape = shape as number[];
    this.strides = strides as number[];
    const { size, end } = this;
    if (end > storage.count || size > storage.count) {
      const seen = `${size} numbers (${shapeText(this.shape)}), the last at ${end - 1}`;
      throw corrupt('a tensor is larger than its storage', seen, `at most ${storage.count}`);
    }
  }

  /** How many numbers it has. */
  get size(): number {
    return this.shape.reduce((product, axis) => product * axis, 1);
  }

  /** One beyond the last number of the storage that it looks at. */
  get end(): number {
    if (this.size === 0) return 0;
    return this.shape.reduce((last, axis, i) => last + (axis - 1) * this.strides[i]!, this.offset) + 1;
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/**
 * The tensor's numbers, row-major, whatever strides they were stored with.
 *
 * @param storage - the bytes of the tensor's whole storage
 * @throws `WEIGHTS_CORRUPT` for whole numbers, which no parameter is made of
 */
export function readStoredTensor(
  { storage: { kind }, offset, shape, strides, size, end }: StoredTensor,
  storage: Uint8Array,
  corrupt: Complaint,
): WeightTensor {
  if (typeof kind === 'number') {
    throw corrupt('a parameter is made of whole numbers', `${kind} bytes each`, 'floating-point numbers');
  }
  if (size === 0) return { shape, data: new Float32Array(0) };
  const bytes = FLOAT_BYTES[kind];
  const span = widen(storage.subarray(offset * bytes, end * bytes), kind);
  if (isRowMajor(shape, strides)) return { shape, data: span };
  return { shape, data: gather(new Float32Array(size), span, shape, strides) };
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    // The stride of an axis of one is never taken a step along.
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}

/** Fills `dst`, row-major, from numbers that lie `strides` apart along each axis. */
function gather(
  dst: Float32Array,
  src: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
): Float32Array {
  const place = shape.map(() => 0);
  let from = 0;
  for (let i = 0; i < dst.length; i++) {
    dst[i] = src[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++place[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      place[axis] = 0;
    }
  }
  return dst;
}
