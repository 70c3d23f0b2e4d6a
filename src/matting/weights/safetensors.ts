import { complaintAbout, type Complaint } from './corrupt.js';
import { FLOAT_BYTES, widen, type FloatKind } from './widen.js';

/** One parameter: its shape (convolutions: outputs, inputs, rows, columns) and its numbers, row-major. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The contents of a safetensors file. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, WeightTensor>;
  /** Free text by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own limit on its header, bytes. */
const MAX_HEADER = 100_000_000;

interface Entry {
  readonly name: string;
  readonly dtype: FloatKind;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a safetensors file: eight bytes of header length, a JSON header, the numbers (little-endian).
 * Half-precision numbers (F16, BF16) are widened to float32, doubles rounded to it. Runs no code and trusts no number of the file's.
 *
 * @param subject - the file's name, for messages
 * @throws `WEIGHTS_CORRUPT` unless every tensor is of a readable kind and the tensors tile the data exactly
 */
export function readSafetensors(bytes: Uint8Array, subject: string): TensorFile {
  const corrupt = complaintAbout(subject);
  const { header, data } = split(bytes, corrupt);
  const { __metadata__: rawMetadata = {}, ...rest } = header;
  const entries = Object.entries(rest).map(([name, value]) => readEntry(name, value, corrupt));
  requireTiling(entries, data.length, corrupt);
  const tensors = new Map(
    entries.map(({ name, dtype, shape, begin, end }) => [
      name,
      { shape, data: widen(data.subarray(begin, end), dtype) },
    ]),
  );
  return { tensors, metadata: readMetadata(rawMetadata, corrupt) };
}

function split(bytes: Uint8Array, corrupt: Complaint): { header: Record<string, unknown>; data: Uint8Array } {
  if (bytes.length < 8) {
    throw corrupt('the file ends before its header', `${bytes.length} bytes`, 'at least 8');
  }
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > MAX_HEADER || 8 + length > bytes.length) {
    const expected = `at most ${Math.min(MAX_HEADER, bytes.length - 8)}`;
    throw corrupt('the header is longer than the file allows', `${length} bytes`, expected);
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (cause) {
    throw corrupt('the header is not JSON', undefined, 'a safetensors file', cause);
  }
  if (!isRecord(header)) throw corrupt('the header is not a JSON object', typeof header, 'an object');
  return { header, data: bytes.subarray(8 + length) };
}

function readEntry(name: string, value: unknown, corrupt: Complaint): Entry {
  const tensor = `tensor "${name}"`;
  if (!isRecord(value)) throw corrupt(`${tensor} is not described`, JSON.stringify(value), 'an object');
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16' && dtype !== 'F64') {
    throw corrupt(`${tensor} is of an unknown number type`, JSON.stringify(dtype), 'F32, F16, BF16 or F64');
  }
  if (!isCounts(shape)) {
    throw corrupt(`${tensor} has no usable shape`, JSON.stringify(shape), 'a list of whole numbers');
  }
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw corrupt(`${tensor} has no usable offsets`, JSON.stringify(offsets), 'two whole numbers');
  }
  const [begin, end] = offsets as [number, number];
  const needed = shape.reduce((product, size) => product * size, FLOAT_BYTES[dtype]);
  if (end - begin !== needed) {
    const expected = `${needed} for ${dtype} of shape ${shape.join('×') || 'scalar'}`;
    throw corrupt(`${tensor} has another size than its shape`, `${end - begin} bytes`, expected);
  }
  return { name, dtype, shape, begin, end };
}

/** The format allows no gap and no overlap, which also catches a name given twice and a file cut short. */
function requireTiling(entries: readonly Entry[], dataBytes: number, corrupt: Complaint): void {
  let at = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) {
      const what = `tensor "${name}" ${begin < at ? 'overlaps the one before it' : 'leaves a gap before it'}`;
      throw corrupt(what, `offset ${begin}`, `${at}`);
    }
    if (end > dataBytes) {
      throw corrupt(
        `tensor "${name}" ends beyond the file`,
        `offset ${end}`,
        `at most ${dataBytes}: the file may be cut short`,
      );
    }
    at = end;
  }
  if (at !== dataBytes) {
    throw corrupt('there is data no tensor claims', `${dataBytes} bytes`, `${at}`);
  }
}

function readMetadata(value: unknown, corrupt: Complaint): Record<string, string> {
  const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string';
  const entries = isRecord(value) ? Object.entries(value) : [];
  if (!isRecord(value) || !entries.every(isText)) {
    throw corrupt('the metadata is not text by name', JSON.stringify(value), 'strings');
  }
  return Object.fromEntries(entries);
}

/**
 * A float32 safetensors file, tensors in the map's order. The header is padded with spaces to eight bytes,
 * so that the numbers can be mapped into memory as they lie.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, WeightTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let size = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [size, size + data.byteLength] };
    size += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + padded + size).fill(0x20, 8, 8 + padded);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.set(text, 8);
  let at = 8 + padded;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}
