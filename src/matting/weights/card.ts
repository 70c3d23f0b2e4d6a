import { MatteflowError } from '../../core/errors.js';
import type { ModelOptions } from '../networks/model.js';
import { complaintAbout } from './corrupt.js';
import { readPart } from './metadata.js';

/** One source of training material, and the terms it came under. */
interface TrainingData {
  readonly what: string;
  /** Pictures or cut-outs in it. */
  readonly items: number;
  readonly licence: string;
}

/** One row of results on a named set. SAD, Grad and Conn in thousands, MSE as it is; lower is better. */
interface CardMetrics {
  readonly set: string;
  readonly method: string;
  readonly images: number;
  readonly sad: number;
  readonly mse: number;
  readonly grad: number;
  readonly conn: number;
}

/** A file that weights were imported from. */
interface SourceFile {
  readonly name: string;
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** What a file of weights is: the JSON beside it, `NAME.json` for `NAME.safetensors`. */
export interface ModelCard {
  readonly name: string;
  readonly description: string;
  /** The network the weights are for, a name of the registry. */
  readonly model: string;
  /** The model's options, its output convention among them. */
  readonly options: ModelOptions;
  /** Said of weights that are not all of the model: initial ones, to train from. */
  readonly part?: 'encoder';
  /** SHA-256 of the weights file, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Terms the weights themselves are under; `unknown` where nobody has said. */
  readonly licence?: string;
  /** Where imported weights come from. */
  readonly source?: {
    /** Whose names its tensors went by. */
    readonly layout: string;
    readonly files: readonly SourceFile[];
  };
  readonly training: {
    /** How it was trained, in a sentence or two. */
    readonly summary: string;
    readonly data: readonly TrainingData[];
  };
  readonly metrics: readonly CardMetrics[];
}

const SHA256 = /^[0-9a-f]{64}$/;
const REMEDY = 'Correct the card beside the weights';

/**
 * Reads a card's text.
 *
 * @param subject - the card's file name, for messages
 * @throws `WEIGHTS_CORRUPT` naming the field that is absent or of the wrong kind
 */
export function readCard(text: string, subject: string): ModelCard {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MatteflowError('WEIGHTS_CORRUPT', { what: 'the card is not JSON', subject, cause });
  }
  const card = new CardFields(value, '', subject);
  const training = card.record('training');
  const source = card.optional('source', () => card.record('source'));
  const licence = card.optional('licence', () => card.text('licence'));
  return {
    name: card.text('name'),
    description: card.text('description'),
    model: card.text('model'),
    options: card.record('options').all(),
    ...readPart(card.all().part, complaintAbout(subject, REMEDY)),
    sha256: card.text('sha256', SHA256),
    ...(licence !== undefined && { licence }),
    ...(source && {
      source: {
        layout: source.text('layout'),
        files: source
          .list('files')
          .map((file) => ({ name: file.text('name'), sha256: file.text('sha256', SHA256) })),
      },
    }),
    training: {
      summary: training.text('summary'),
      data: training.list('data').map((row) => ({
        what: row.text('what'),
        items: row.number('items'),
        licence: row.text('licence'),
      })),
    },
    metrics: card.list('metrics').map((row) => ({
      set: row.text('set'),
      method: row.text('method'),
      images: row.number('images'),
      sad: row.number('sad'),
      mse: row.number('mse'),
      grad: row.number('grad'),
      conn: row.number('conn'),
    })),
  };
}

/** The fields of one JSON object, each read with its kind checked and its path known. */
class CardFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #subject: string;

  constructor(value: unknown, path: string, subject: string) {
    this.#path = path;
    this.#subject = subject;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#wrong('', value, 'an object');
    }
    this.#fields = value as Record<string, unknown>;
  }

  all(): Readonly<Record<string, unknown>> {
    return this.#fields;
  }

  text(name: string, pattern = /\S/): string {
    const value = this.#fields[name];
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw this.#wrong(name, value, pattern.source === '\\S' ? 'text' : `text like ${pattern.source}`);
  }

  /** What `read` gives, where the field is there. */
  optional<T>(name: string, read: () => T): T | undefined {
    return this.#fields[name] === undefined ? undefined : read();
  }

  /** A number, 0 or more. */
  number(name: string): number {
    const value = this.#fields[name];
    if (typeof value === 'number' && value >= 0) return value;
    throw this.#wrong(name, value, 'a number, 0 or more');
  }

  record(name: string): CardFields {
    return new CardFields(this.#fields[name], `${this.#path}${name}.`, this.#subject);
  }

  list(name: string): CardFields[] {
    const value = this.#fields[name];
    if (!Array.isArray(value)) throw this.#wrong(name, value, 'a list');
    return value.map((row, i) => new CardFields(row, `${this.#path}${name}[${i}].`, this.#subject));
  }

  #wrong(name: string, value: unknown, expected: string): MatteflowError {
    const field = (this.#path + name).replace(/\.$/, '');
    return new MatteflowError('WEIGHTS_CORRUPT', {
      what:
        field === '' ? 'the card is of the wrong kind' : `the card's field "${field}" is of the wrong kind`,
      seen: value === undefined ? 'nothing' : JSON.stringify(value),
      expected,
      remedy: REMEDY,
      subject: this.#subject,
    });
  }
}
