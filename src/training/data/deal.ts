import type { Random } from '../random.js';

/** Shuffled packs of all items, one after the other, so that none comes twice before all have come once. */
export function deal<T>(items: readonly T[], count: number, random: Random): T[] {
  const dealt: T[] = [];
  while (dealt.length < count) dealt.push(...shuffled(items, random));
  return dealt;
}

/** Fisher and Yates. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const pack = [...items];
  for (let i = pack.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [pack[i], pack[j]] = [pack[j]!, pack[i]!];
  }
  return pack;
}
