/** Names shown before the rest is only counted. */
const SHOWN = 5;

/** `3: a, b, c`; of many the first five, and how many more there are. */
export function countedList(names: readonly (string | number)[]): string {
  const more = names.length - SHOWN;
  const shown = names.slice(0, SHOWN).join(', ');
  return `${names.length}: ${shown}${more > 0 ? `, and ${more} more` : ''}`;
}
