/** How often and after how long a clip that failed is tried again. */
export interface RetryPolicy {
  /** In all, the first included. */
  readonly attempts: number;
  /** Seconds before the second attempt; twice as long before each one after. */
  readonly backoff: number;
}

/** Seconds at most between two attempts. */
const LONGEST = 600;

/** Seconds to wait after the attempt of this number, counted from 1, has failed. */
export function retryDelay({ backoff }: RetryPolicy, attempt: number): number {
  return Math.min(LONGEST, backoff * 2 ** (attempt - 1));
}
