/** An exact fraction: frame rates (frames per second), time bases (seconds), sample aspect ratios. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

export function rational(num: number, den = 1): Rational {
  const divisor = gcd(Math.abs(num), Math.abs(den)) || 1;
  return { num: num / divisor, den: den / divisor };
}

/** Reads ffprobe's `30000/1001`, `16:9` and plain integers; undefined for 0/0, `N/A` and anything else. */
export function parseRational(text: string | undefined): Rational | undefined {
  const match = /^(\d+)(?:[/:](\d+))?$/.exec(text ?? '');
  if (!match) return undefined;
  const num = Number(match[1]);
  const den = Number(match[2] ?? 1);
  return num > 0 && den > 0 ? rational(num, den) : undefined;
}

export function toNumber({ num, den }: Rational): number {
  return num / den;
}

export function formatRational({ num, den }: Rational, separator = '/'): string {
  return `${num}${separator}${den}`;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
