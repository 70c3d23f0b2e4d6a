/** Pickle instructions, protocol 2, spelt out byte by byte: what torch.save writes, and what it never would. */
export const pickle = (...parts: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([Uint8Array.of(0x80, 2), ...parts, op('.')]);

/** One instruction by its letter. */
export const op = (letter: string): Uint8Array => Buffer.from(letter, 'latin1');

export const text = (value: string): Uint8Array =>
  Buffer.concat([op('X'), u32(Buffer.byteLength(value)), Buffer.from(value)]);

export const int = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(5, 'J');
  bytes.writeInt32LE(value, 1);
  return bytes;
};

export const tuple = (...items: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([op('('), ...items, op('t')]);

export const dict = (entries: Readonly<Record<string, Uint8Array>>): Uint8Array =>
  Buffer.concat([
    op('}('),
    ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]),
    op('u'),
  ]);

export const named = (module: string, name: string): Uint8Array => Buffer.from(`c${module}\n${name}\n`);

export const call = (callee: Uint8Array, ...args: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([callee, tuple(...args), op('R')]);

export const storage = (key: string, count: number, kind = 'FloatStorage'): Uint8Array =>
  Buffer.concat([
    tuple(text('storage'), named('torch', kind), text(key), text('cpu'), int(count), op('N')),
    op('Q'),
  ]);

/** A tensor over a storage, as PyTorch describes it. */
export const tensor = (
  over: Uint8Array,
  { offset = 0, shape, strides }: { offset?: number; shape: readonly number[]; strides: readonly number[] },
): Uint8Array =>
  call(
    named('torch._utils', '_rebuild_tensor_v2'),
    over,
    int(offset),
    tuple(...shape.map(int)),
    tuple(...strides.map(int)),
    op('\x89'),
    call(named('collections', 'OrderedDict')),
  );

/** A file in the older format around a pickled object. */
export function legacyFile(
  object: Uint8Array,
  storages: Readonly<Record<string, readonly number[]>> = {},
  littleEndian = true,
): Uint8Array {
  const magic = Buffer.from('8a0a6cfc9c46f9206aa85019', 'hex');
  return Buffer.concat([
    pickle(magic),
    pickle(int(1001)),
    pickle(dict({ little_endian: op(littleEndian ? '\x88' : '\x89') })),
    object,
    pickle(op(']('), ...Object.keys(storages).map(text), op('e')),
    ...Object.values(storages).flatMap((numbers) => [
      u32(numbers.length),
      u32(0),
      new Uint8Array(Float32Array.from(numbers).buffer),
    ]),
  ]);
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
