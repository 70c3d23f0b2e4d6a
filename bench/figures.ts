import type { Spread } from './interleave.js';

/** Three significant digits, written out: 0.0123, 4.57, 1230. */
export function digits(value: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(3));
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
  return rounded.toFixed(Math.min(decimals, 20));
}

/** The median, and from least to most if there is more than one value: `1.52 (1.48–1.60)`. */
export function spreadText({ median, least, most }: Spread): string {
  const middle = digits(median);
  return least === most ? middle : `${middle} (${digits(least)}–${digits(most)})`;
}

/** A share of 1 as a percentage: `5 %`, `0.25 %`. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
