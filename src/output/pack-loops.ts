import {
  f64,
  F64,
  f64x2,
  get,
  I32,
  i16x8,
  i32,
  i32x4,
  instantiate,
  repeatWhile,
  set,
  V128,
  type Code,
  type FunctionSource,
} from '../core/assembler.js';

/** Samples that a strip holds. */
export const STRIP: number = 2 ** 14;

/** Samples that are worked on together. A strip is filled up to a multiple of it, whatever lies there. */
const GROUP = 8;

const AT = { bytes: 0, floats: STRIP, words: 5 * STRIP, end: 7 * STRIP } as const;

/** Memory for a strip of samples, and the loops over it, which take `count` samples. */
export interface PackLoops {
  readonly bytes: Uint8Array;
  readonly floats: Float32Array;
  readonly words: Uint16Array;
  /** words = bytes · 2^bits */
  readonly widen: (count: number, bits: number) => void;
  /** words = floats · peak, to nearest, held to 0..peak; what is no number is 0. */
  readonly quantise: (count: number, peak: number) => void;
}

interface Functions {
  readonly widen: (groups: number, bits: number) => void;
  readonly quantise: (groups: number, peak: number) => void;
}

export function allocatePackLoops(): PackLoops {
  const { memory, functions } = instantiate([WIDEN, QUANTISE], AT.end);
  const { widen, quantise } = functions as Functions;
  return {
    bytes: new Uint8Array(memory, AT.bytes, STRIP),
    floats: new Float32Array(memory, AT.floats, STRIP),
    words: new Uint16Array(memory, AT.words, STRIP),
    widen: (count, bits) => widen(Math.ceil(count / GROUP), bits),
    quantise: (count, peak) => quantise(Math.ceil(count / GROUP), peak),
  };
}

/** Locals that both loops begin with: groups left, the scalar. */
const [LEFT, SCALAR] = [0, 1];

const step = (local: number, bytes: number): Code => set(local, i32.add(get(local), i32.constant(bytes)));

const WIDEN: FunctionSource = ((): FunctionSource => {
  const [from, to] = [2, 3];
  return {
    name: 'widen',
    parameters: [I32, I32],
    locals: [I32, I32],
    body: repeatWhile(get(LEFT), [
      ...i16x8.store(get(to), AT.words, i16x8.shiftLeft(i16x8.loadBytes(get(from), AT.bytes), get(SCALAR))),
      ...step(from, GROUP),
      ...step(to, 2 * GROUP),
      ...step(LEFT, -1),
    ]),
  };
})();

/** In double precision, as JavaScript computes: single would round a sample in thousands the other way. */
const QUANTISE: FunctionSource = ((): FunctionSource => {
  const [from, to, peak, half] = [2, 3, 4, 5];
  const pair = (n: number): Code => {
    const scaled = f64x2.multiply(f64x2.loadFloats(get(from), AT.floats + 8 * n), get(peak));
    return i32x4.truncate(f64x2.least(f64x2.add(scaled, get(half)), get(peak)));
  };
  return {
    name: 'quantise',
    parameters: [I32, F64],
    locals: [I32, I32, V128, V128],
    body: [
      ...set(peak, f64x2.splat(get(SCALAR))),
      ...set(half, f64x2.splat(f64.constant(0.5))),
      ...repeatWhile(get(LEFT), [
        ...i16x8.store(
          get(to),
          AT.words,
          i16x8.narrow(i32x4.join(pair(0), pair(1)), i32x4.join(pair(2), pair(3))),
        ),
        ...step(from, 4 * GROUP),
        ...step(to, 2 * GROUP),
        ...step(LEFT, -1),
      ]),
    ],
  };
})();
