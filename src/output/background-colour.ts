import { MatteflowError } from '../core/errors.js';

/** CSS's sixteen basic colour names (CSS Color Module Level 4, §6.1). */
const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    black: '000000',
    silver: 'c0c0c0',
    gray: '808080',
    white: 'ffffff',
    maroon: '800000',
    red: 'ff0000',
    purple: '800080',
    fuchsia: 'ff00ff',
    green: '008000',
    lime: '00ff00',
    olive: '808000',
    yellow: 'ffff00',
    navy: '000080',
    blue: '0000ff',
    teal: '008080',
    aqua: '00ffff',
  }),
);

/**
 * Reads a colour a person wrote: `#rrggbb`, `#rgb` or one of CSS's sixteen basic names, in any case.
 *
 * @returns six hexadecimal digits, lower case
 * @throws MatteflowError `USAGE`
 */
export function parseColour(text: string): string {
  const value = text.trim().toLowerCase();
  const named = NAMED.get(value);
  if (named !== undefined) return named;
  if (/^#[0-9a-f]{6}$/.test(value)) return value.slice(1);
  if (/^#[0-9a-f]{3}$/.test(value)) return value.slice(1).replace(/./g, '$&$&');
  throw new MatteflowError('USAGE', {
    what: 'not a colour',
    seen: JSON.stringify(text),
    expected: `#rrggbb, #rgb or one of ${[...NAMED.keys()].join(', ')}`,
  });
}
