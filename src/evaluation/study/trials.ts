import { createHash } from 'node:crypto';
import { BACKGROUNDS, type Background, type Study } from './study-file.js';

/** One question: two methods' composites of the same picture on the same background. */
export interface Trial {
  /** Says nothing of what is compared. */
  readonly id: string;
  readonly picture: string;
  readonly background: Background;
  /** Names of methods. */
  readonly left: string;
  readonly right: string;
}

/**
 * All questions for one observer: every pair of methods on every picture and background, in an order and with sides
 * that look random, differ between observers, and are the same each time.
 */
export function trialsOf(study: Study, observer: string): Trial[] {
  const trials = study.pictures.flatMap(({ name }) =>
    BACKGROUNDS.flatMap((background) =>
      pairsOf(study.methods).map(([one, other]) => {
        const id = digest(study.seed, name, background, one, other).slice(0, 16);
        // The digest sorts, and its last digit tosses the coin.
        const chance = digest(study.seed, observer, id);
        const [left, right] = parseInt(chance.at(-1)!, 16) % 2 === 0 ? [one, other] : [other, one];
        return { chance, trial: { id, picture: name, background, left, right } };
      }),
    ),
  );
  return trials.sort((a, b) => (a.chance < b.chance ? -1 : 1)).map(({ trial }) => trial);
}

/** Every two of the names, each in the order given. */
export function pairsOf(names: readonly string[]): (readonly [string, string])[] {
  return names.flatMap((one, i) => names.slice(i + 1).map((other) => [one, other] as const));
}

/** Hexadecimal SHA-256 of the parts, told apart wherever they are cut. */
export function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
