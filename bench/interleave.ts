/** One quantity measured several times. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface InterleaveOptions {
  /** Measured repetitions of every variant. */
  readonly rounds: number;
  /** Repetitions beforehand that count for nothing: caches, compilers and allocators settle. Default 1. */
  readonly warmUps?: number;
}

/**
 * Runs every variant once a round, one after the other, so that whatever else the machine does falls on all of them
 * alike. Every second round goes backwards: a steady drift then cancels, too.
 *
 * @returns what each variant returned, a round each, warm-ups left out
 */
export async function interleave<M extends Record<string, unknown>>(
  variants: { readonly [V in keyof M]: () => Promise<M[V]> },
  { rounds, warmUps = 1 }: InterleaveOptions,
): Promise<{ readonly [V in keyof M]: readonly M[V][] }> {
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError(`${rounds} rounds`);
  const names: (keyof M)[] = Object.keys(variants);
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as {
    [V in keyof M]: M[V][];
  };
  for (let round = -warmUps; round < rounds; round++) {
    const order = round % 2 === 0 ? names : [...names].reverse();
    for (const name of order) {
      const result = await variants[name]();
      if (round >= 0) measured[name].push(result);
    }
  }
  return measured;
}

/** @throws RangeError without values */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  if (low === undefined || high === undefined) throw new RangeError('the spread of no values');
  return { median: (low + high) / 2, least: sorted[0]!, most: sorted.at(-1)! };
}

/**
 * How many times `base` each value is, compared within its round: the two were measured under the same load, which the
 * quotient of two medians would not keep together.
 */
export function ratio(values: readonly number[], base: readonly number[]): Spread {
  if (values.length !== base.length) throw new RangeError(`${values.length} values against ${base.length}`);
  return spread(values.map((value, round) => value / base[round]!));
}
