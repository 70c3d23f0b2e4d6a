/**
 * The few instructions of WebAssembly that vector loops need, so that they can be written beside the code they serve, and
 * without a toolchain. JavaScript has no vector arithmetic; loops are two to four times as fast with it. Encodings:
 * WebAssembly Core Specification 2.0 (W3C 2022), chapter 5.
 */

/** Encoded instructions. Code that stands for a value leaves it on the stack. */
export type Code = readonly number[];

/** Encodings of the value types. */
export const I32 = 0x7f;
export const F64 = 0x7c;
export const V128 = 0x7b;
type ValueType = typeof I32 | typeof F64 | typeof V128;

export interface FunctionSource {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  /** Locals, numbered on from the parameters; zero at first. */
  readonly locals: readonly ValueType[];
  readonly result?: ValueType;
  readonly body: Code;
}

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  /** The four bytes at `address + offset`. */
  load: (address: Code, offset: number): Code => [...address, 0x28, 2, ...unsigned(offset)],
};

export const f64 = {
  constant: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0xa0],
};

/** Sixteen bytes, whatever they hold. */
const storeVector = (address: Code, offset: number, vector: Code): Code => [
  ...[...address, ...vector],
  ...[0xfd, 0x0b, 3, ...unsigned(offset)],
];

/** Vectors of two doubles. Offsets are bytes. */
export const f64x2 = {
  load: (address: Code, offset: number): Code => [...address, 0xfd, 0x00, 3, ...unsigned(offset)],
  store: (address: Code, offset: number, value: Code): Code => storeVector(address, offset, value),
  splat: (value: Code): Code => [...value, 0xfd, 0x14],
  add: (a: Code, b: Code): Code => [...a, ...b, 0xfd, ...unsigned(0xf0)],
  subtract: (a: Code, b: Code): Code => [...a, ...b, 0xfd, ...unsigned(0xf1)],
  multiply: (a: Code, b: Code): Code => [...a, ...b, 0xfd, ...unsigned(0xf2)],
  least: (a: Code, b: Code): Code => [...a, ...b, 0xfd, ...unsigned(0xf4)],
  lane: (vector: Code, lane: 0 | 1): Code => [...vector, 0xfd, 0x21, lane],
  /** Two floats of four bytes. */
  loadFloats: (address: Code, offset: number): Code => [
    ...[...address, 0xfd, ...unsigned(0x5d), 2, ...unsigned(offset)],
    ...[0xfd, ...unsigned(0x5f)],
  ],
};

/** Vectors of four whole numbers. */
export const i32x4 = {
  /** Two doubles, cut off, 0 up; no number is 0. The other two are 0. */
  truncate: (doubles: Code): Code => [...doubles, 0xfd, ...unsigned(0xfd)],
  /** The first two of each. */
  join: (a: Code, b: Code): Code => {
    const lanes = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((lane) => [lane, lane + 16]).sort((m, n) => m - n);
    return [...a, ...b, 0xfd, 0x0d, ...lanes];
  },
};

/** Vectors of eight whole numbers, 0..65535. */
export const i16x8 = {
  /** Eight bytes, 0..255. */
  loadBytes: (address: Code, offset: number): Code => [...address, 0xfd, 0x02, 3, ...unsigned(offset)],
  store: (address: Code, offset: number, value: Code): Code => storeVector(address, offset, value),
  shiftLeft: (vector: Code, bits: Code): Code => [...vector, ...bits, 0xfd, ...unsigned(0x8b)],
  /** Of eight that fit. */
  narrow: (a: Code, b: Code): Code => [...a, ...b, 0xfd, ...unsigned(0x86)],
};

/** Runs the body, then again as long as the condition holds. */
export function repeatWhile(condition: Code, body: Code): Code {
  return [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b];
}

/** The part of the WebAssembly interface used here; its types come with a browser's library only. */
declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Record<string, Record<string, { readonly buffer: ArrayBuffer }>>,
  ) => { readonly exports: unknown };
};

const PAGE = 65536;
/** Pages that 32-bit addresses reach. */
const MOST_PAGES = 65536;

/**
 * Compiles functions over a memory of their own.
 *
 * @param bytes - of memory, zero at first
 * @returns the functions by name: the caller knows which
 */
export function instantiate(
  functions: readonly FunctionSource[],
  bytes: number,
): { readonly memory: ArrayBuffer; readonly functions: unknown } {
  const pages = Math.ceil(bytes / PAGE);
  if (pages > MOST_PAGES) throw new RangeError(`${pages} pages of memory are more than WebAssembly has`);
  const memory = new WebAssembly.Memory({ initial: pages });
  const module = new WebAssembly.Module(assemble(functions, pages));
  const { exports } = new WebAssembly.Instance(module, { memory: { memory } });
  return { memory: memory.buffer, functions: exports };
}

/** A module that imports one memory of at least `pages` × 64 KiB as `memory.memory` and exports the functions. */
function assemble(functions: readonly FunctionSource[], pages: number): Uint8Array {
  const types = functions.map(({ parameters, result }) => [
    0x60,
    ...vector(parameters.map((type) => [type])),
    ...vector(result === undefined ? [] : [[result]]),
  ]);
  const memory = [...text('memory'), ...text('memory'), 0x02, 0x00, ...unsigned(pages)];
  const names = functions.map(({ name }, n) => [...text(name), 0x00, ...unsigned(n)]);
  const bodies = functions.map(({ locals, body }) => {
    const code = [...vector(locals.map((type) => [1, type])), ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [memory]),
    ...section(
      3,
      functions.map((_, n) => unsigned(n)),
    ),
    ...section(7, names),
    ...section(10, bodies),
  ]);
}

function section(id: number, items: readonly Code[]): Code {
  const content = vector(items);
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): Code {
  return vector([...Buffer.from(value)].map((byte) => [byte]));
}

/** LEB128, as all numbers in a module are. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  const rest = value >> 7;
  const done = rest === ((value & 0x40) === 0 ? 0 : -1);
  return done ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(rest)];
}
