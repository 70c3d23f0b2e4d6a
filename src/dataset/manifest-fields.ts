import { MatteflowError } from '../core/errors.js';

/** The fields of one JSON object of unknown origin, each read with its kind checked. */
export class ManifestFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #subject: string;
  readonly #path: string;

  /**
   * @param known - every field there may be: a misspelt one is an error, not a default
   * @param path - of the object within its line: `options.`
   */
  constructor(value: unknown, known: readonly string[], subject: string, path = '') {
    this.#subject = subject;
    this.#path = path;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#wrong(path.replace(/\.$/, '') || 'the line', value, 'an object');
    }
    this.#fields = value as Record<string, unknown>;
    const strange = Object.keys(value).find((name) => !known.includes(name));
    if (strange !== undefined) {
      throw new MatteflowError('USAGE', {
        what: `there is no field "${path}${strange}"`,
        expected: known.join(', '),
        subject,
      });
    }
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  is(name: string, value: string): boolean {
    return this.#fields[name] === value;
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value === 'string' && value !== '') return value;
    throw this.#wrong(name, value, 'text');
  }

  whole(name: string, least: number, most: number): number {
    const value = this.#fields[name];
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
      return value as number;
    throw this.#wrong(name, value, `a whole number from ${least} to ${most}`);
  }

  truth(name: string): boolean {
    const value = this.#fields[name];
    if (typeof value === 'boolean') return value;
    throw this.#wrong(name, value, 'true or false');
  }

  oneOf<T extends string | number>(name: string, choices: readonly T[]): T {
    const value = this.#fields[name];
    const chosen = choices.find((choice) => choice === value);
    if (chosen !== undefined) return chosen;
    throw this.#wrong(name, value, choices.map((choice) => JSON.stringify(choice)).join(', '));
  }

  /** Two whole numbers, the second no less than the first. */
  range(name: string): readonly [number, number] {
    const value: unknown = this.#fields[name];
    if (Array.isArray(value) && value.length === 2 && value.every((n) => Number.isInteger(n) && n >= 0)) {
      const [first, last] = value as [number, number];
      if (first <= last) return [first, last];
    }
    throw this.#wrong(name, value, 'the first and the last frame, such as [0, 99]');
  }

  record(name: string, known: readonly string[]): ManifestFields {
    return new ManifestFields(this.#fields[name], known, this.#subject, `${this.#path}${name}.`);
  }

  #wrong(name: string, value: unknown, expected: string): MatteflowError {
    return new MatteflowError('USAGE', {
      what: `"${this.#path}${name}" is of the wrong kind`,
      seen: value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80),
      expected,
      subject: this.#subject,
    });
  }
}
