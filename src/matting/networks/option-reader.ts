import { MatteflowError } from '../../core/errors.js';
import type { ModelOptions } from './model.js';

/** Reads a model's options, which come from a file, one by one; what is absent takes its default. */
export class OptionReader {
  readonly #model: string;
  readonly #options: ModelOptions;
  readonly #known = new Set<string>();

  constructor(model: string, options: ModelOptions) {
    this.#model = model;
    this.#options = options;
  }

  /** One of a list of values, of which the first is the default. */
  oneOf<V extends string | number | boolean>(name: string, values: readonly [V, ...V[]]): V {
    const value = this.#take(name);
    if (value === undefined) return values[0];
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) throw this.#wrong(name, value, values.join(' or '));
    return found;
  }

  /** A positive whole number. */
  count(name: string, fallback: number): number {
    const value = this.#take(name) ?? fallback;
    if (!isCount(value)) throw this.#wrong(name, value, 'a positive whole number');
    return value;
  }

  /** A list of as many positive whole numbers as the default has. */
  counts(name: string, fallback: readonly number[]): readonly number[] {
    const value = this.#take(name) ?? fallback;
    if (!Array.isArray(value) || value.length !== fallback.length || !value.every(isCount)) {
      throw this.#wrong(name, value, `${fallback.length} positive whole numbers`);
    }
    return value;
  }

  /**
   * To be called when all have been read.
   *
   * @throws `WEIGHTS_CORRUPT` when an option was given that nobody asked for
   */
  done(): void {
    const stranger = Object.keys(this.#options).find((name) => !this.#known.has(name));
    if (stranger === undefined) return;
    throw new MatteflowError('WEIGHTS_CORRUPT', {
      what: `the model ${this.#model} has no option "${stranger}"`,
      expected: [...this.#known].join(', '),
      remedy: 'Correct the options in the card beside the weights',
    });
  }

  #take(name: string): unknown {
    this.#known.add(name);
    return this.#options[name];
  }

  #wrong(name: string, value: unknown, expected: string): MatteflowError {
    return new MatteflowError('WEIGHTS_CORRUPT', {
      what: `the model ${this.#model} cannot use its option "${name}"`,
      seen: JSON.stringify(value),
      expected,
      remedy: 'Correct the options in the card beside the weights',
    });
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
