import type { ErrorCode } from '../core/errors.js';

/** What the process ends with. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const BY_CODE: Partial<Record<ErrorCode, number>> = {
  USAGE: EXIT.usage,
  MODEL_UNKNOWN: EXIT.usage,
  ABORTED: EXIT.interrupted,
};

/** The exit code an error deserves. */
export function exitCode(code: ErrorCode): number {
  return BY_CODE[code] ?? EXIT.failed;
}
