import type { Rational } from '../core/rational.js';

/** Ticks of one clock in another's. Exact wherever the two allow it: ffmpeg's NUT writer only ever makes ticks finer. */
export function rescale(ticks: number, from: Rational, to: Rational): number {
  const scaled = BigInt(ticks) * BigInt(from.num) * BigInt(to.den);
  const unit = BigInt(from.den) * BigInt(to.num);
  const half = scaled < 0n ? -unit : unit;
  return Number((2n * scaled + half) / (2n * unit));
}
