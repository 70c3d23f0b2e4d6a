import { rational, toNumber, type Rational } from '../core/rational.js';

/** A clip's rate, and whether it holds for every frame. */
export interface Pacing {
  readonly frameRate: Rational;
  readonly constantRate: boolean;
}

/**
 * The rate that a file's timestamps keep. Of the rates a header gives, the nominal one is exact in files whose last
 * frame is cut short, the average one where single timestamps are rounded.
 *
 * @param times - ticks of every frame, ascending; absent when the file does not say
 */
export function pacingOf(
  times: readonly number[] | undefined,
  timeBase: Rational,
  rates: { readonly nominalRate?: Rational; readonly averageRate?: Rational },
): Pacing {
  const { nominalRate, averageRate } = rates;
  const fallback = averageRate ?? nominalRate ?? rational(25);
  if (!times) return { frameRate: fallback, constantRate: false };
  const kept = [nominalRate, averageRate].find((rate) => rate && keepsRate(times, timeBase, rate));
  return { frameRate: kept ?? fallback, constantRate: kept !== undefined };
}

/** Containers round each time to a tick, up or down. */
function keepsRate(times: readonly number[], timeBase: Rational, rate: Rational): boolean {
  const step = 1 / (toNumber(rate) * toNumber(timeBase));
  // A tick as long as a frame proves nothing by being one off.
  const tolerance = step < 2 ? 0.01 : 1;
  return times.every((tick, index) => Math.abs(tick - times[0]! - index * step) <= tolerance);
}
