import { asError, MatteflowError } from '../core/errors.js';
import type { ClipFailure } from './journal.js';

/** Characters of a message that are kept. */
const LONGEST = 2000;

/** An error as it is written down. */
export function failureOf(error: unknown): ClipFailure {
  const message = asError(error).message.slice(0, LONGEST);
  return error instanceof MatteflowError ? { code: error.code, message } : { message };
}

/** Whether trying again is no use: a path that leads out of the root does so the next time, too. */
export function isFinal(error: unknown): boolean {
  return error instanceof MatteflowError && (error.code === 'USAGE' || error.code === 'MODEL_UNKNOWN');
}

/** A failure in one line for people, who are told which clip it is about once. */
export function failureLine(name: string, { message }: ClipFailure): string {
  return message.startsWith(`${name}: `) ? message : `${name}: ${message}`;
}
