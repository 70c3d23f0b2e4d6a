/**
 * Numbers that look random and are the same for the same seed on every machine.
 *
 * The generator is xoshiro128** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2018), whose
 * state is four 32-bit words. The words come from the seed by an integer hash, and those of a fork from the seed's and
 * the label's, so that what a fork yields does not depend on what its parent has already yielded.
 */
export class Random {
  readonly #origin: Uint32Array;
  readonly #state: Uint32Array;

  /** @param seed - an integer from 0 to 2^53 − 1, or any text */
  constructor(seed: number | string) {
    this.#origin = new Uint32Array(4);
    absorb(this.#origin, seed);
    this.#state = this.#origin.slice();
  }

  /** A stream of its own for `label`: a sample's number, or the name of what it is for. */
  fork(label: number | string): Random {
    const child = new Random(0);
    child.#origin.set(this.#origin);
    absorb(child.#origin, label);
    child.#state.set(child.#origin);
    return child;
  }

  /** Uniform in [low, high), in steps of (high − low) / 2^32. */
  uniform(low = 0, high = 1): number {
    return low + (this.#next() / 2 ** 32) * (high - low);
  }

  /**
   * An integer from 0 to n − 1.
   *
   * @throws RangeError unless n is an integer from 1 to 2^32
   */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) throw new RangeError(`a choice of ${n}`);
    return Math.floor((this.#next() / 2 ** 32) * n);
  }

  /** Normal, mean 0 and standard deviation 1 (Box and Muller, 1958). */
  normal(): number {
    // The second number of each pair is dropped: kept, it would be a part of the state.
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /**
   * One of the values.
   *
   * @throws RangeError when there is none
   */
  pick<T>(values: readonly T[]): T {
    return values[this.integer(values.length)]!;
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.uniform() < p;
  }

  /** 32 uniform bits. */
  #next(): number {
    const s = this.#state;
    const result = Math.imul(rotate(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = rotate(s[3]!, 11);
    return result;
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Mixes a seed or label into four words, a number and the text of it into different ones. */
function absorb(words: Uint32Array, label: number | string): void {
  if (typeof label === 'number' && !(Number.isSafeInteger(label) && label >= 0)) {
    throw new RangeError(`${label} is no seed: an integer from 0 to 2^53 − 1 is`);
  }
  const parts =
    typeof label === 'number'
      ? [1, label % 2 ** 32, Math.floor(label / 2 ** 32)]
      : [2, label.length, ...Array.from({ length: label.length }, (_, i) => label.charCodeAt(i))];
  for (const part of parts) {
    // Each word is hashed together with the one before it, so that every part reaches all four.
    let before = words[3]! ^ part;
    for (let k = 0; k < 4; k++) {
      before = hash((words[k]! ^ Math.imul(before, 0x9e3779b1)) + k + 1);
      words[k] = before;
    }
  }
  // The generator would stay at 0 for ever.
  if (words.every((word) => word === 0)) words[0] = 1;
}

/** A bijection of 32-bit words: `lowbias32` of C. Wellons' hash-prospector (public domain). */
function hash(word: number): number {
  let value = word | 0;
  value = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  value = Math.imul(value ^ (value >>> 15), 0x735a2d97);
  return (value ^ (value >>> 15)) >>> 0;
}
