/** What every message says: what went wrong, what was seen, what was expected, what to do about it. */
export interface ErrorParts {
  /** One clause, no full stop: "the trimap has the wrong size". */
  readonly what: string;
  readonly seen?: string | undefined;
  readonly expected?: string | undefined;
  readonly remedy?: string | undefined;
  /** The file, folder or device the error is about. */
  readonly subject?: string | undefined;
  readonly cause?: unknown;
}

export type ErrorCode =
  | 'USAGE'
  | 'INPUT_MISSING'
  | 'INPUT_NOT_MEDIA'
  | 'INPUT_DAMAGED'
  | 'INPUT_EMPTY'
  | 'INPUT_UNSUPPORTED'
  | 'TRIMAP_MISSING'
  | 'TRIMAP_INVALID'
  | 'TRIMAP_SIZE'
  | 'TRIMAP_OUT_OF_RANGE'
  | 'TRIMAP_ALL_KNOWN'
  | 'OUTPUT_EXISTS'
  | 'OUTPUT_UNWRITABLE'
  | 'OUTPUT_INCOMPLETE'
  | 'OUTPUT_BUSY'
  | 'DISK_FULL'
  | 'JOURNAL_EXISTS'
  | 'JOURNAL_DIFFERS'
  | 'MODEL_UNKNOWN'
  | 'WEIGHTS_CORRUPT'
  | 'ENGINE_UNAVAILABLE'
  | 'ENGINE_FAILED'
  | 'TOOL_MISSING'
  | 'TOOL_FAILED'
  | 'ABORTED';

/**
 * The one error class that leaves the library. Recognise it by `code`, never by its text;
 * `parts` holds the clauses the message is made of.
 */
export class MatteflowError extends Error {
  override readonly name = 'MatteflowError';
  readonly code: ErrorCode;
  readonly parts: ErrorParts;

  constructor(code: ErrorCode, parts: ErrorParts) {
    super(sentence(parts), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
    this.parts = parts;
  }
}

function sentence({ what, seen, expected, remedy, subject }: ErrorParts): string {
  const head = subject === undefined ? what : `${subject}: ${what}`;
  const findings = [seen && `found ${seen}`, expected && `expected ${expected}`].filter(Boolean).join(', ');
  return [findings ? `${head} (${findings})` : head, remedy].filter(Boolean).join('. ');
}

/** The error of an operation whose signal was aborted. */
export function aborted(cause?: unknown): MatteflowError {
  return new MatteflowError('ABORTED', { what: 'interrupted', cause });
}

/** Throws `ABORTED` once the signal has fired. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw aborted(signal.reason);
}

/** Any thrown value as an Error, for causes and messages. */
export function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
