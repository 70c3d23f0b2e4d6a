import { MatteflowError } from '../core/errors.js';

/** Characters of a path at most; longer ones are no mistake of a person. */
const LONGEST = 1024;

/** What a terminal obeys instead of showing it, what turns text round, and halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** What a path in a manifest may not be, and what is said of it. In the order they are looked for. */
const REFUSED: readonly (readonly [test: (text: string) => boolean, complaint: string])[] = [
  [(text) => text.trim() === '', 'nothing'],
  [(text) => text.length > LONGEST, `more than ${LONGEST} characters`],
  [(text) => UNPRINTABLE.test(text), 'a control character'],
  [(text) => text.startsWith('-'), 'what a program would take for an option'],
  [(text) => /^[a-z][a-z0-9+.,-]*:/i.test(text), 'an address or a protocol'],
  [(text) => text.split(/[/\\]/).includes('..'), 'a way out of the folder (..)'],
];

/**
 * Refuses what cannot be a path of a data set: options (`-i`), protocols (`concat:`, `http://`), `..`, control
 * characters. Whether the path leads out of the root is for `containedPath` to find out.
 *
 * @param subject - where the path stands: a manifest's line
 * @throws `USAGE`
 */
export function requirePathText(text: string, field: string, subject: string): string {
  const refusal = REFUSED.find(([test]) => test(text));
  if (!refusal) return text;
  throw new MatteflowError('USAGE', {
    what: `"${field}" is no path of a data set`,
    seen: `${refusal[1]}: ${JSON.stringify(text.slice(0, 80))}`,
    expected: 'a file or folder below the root',
    subject,
  });
}
