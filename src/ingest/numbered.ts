import { readdir } from 'node:fs/promises';
import { asError, MatteflowError } from '../core/errors.js';

const PICTURE = /^(?<prefix>.*?)(?<digits>\d+)(?<ending>\.(?:png|jpe?g|tiff?|webp|exr|dpx))$/i;

/** ffmpeg counts pictures in 32 bits. */
const LAST_NUMBER = 2 ** 31 - 1;

/** A picture's file name, taken apart. */
export interface NumberedPicture {
  readonly name: string;
  readonly prefix: string;
  readonly digits: string;
  readonly ending: string;
  readonly number: number;
}

/**
 * The numbered pictures of a folder, by number; those that fit a printf pattern, if one is given.
 *
 * @param subject - what a message calls them
 * @throws MatteflowError `INPUT_MISSING` (no such folder), `INPUT_EMPTY`, `INPUT_UNSUPPORTED` (several sequences, or
 *   names that no one pattern makes)
 */
export async function listPictures(
  folder: string,
  pattern: string | undefined,
  subject: string,
): Promise<NumberedPicture[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the folder cannot be read',
      seen: asError(cause).message,
      expected: 'a folder of numbered pictures',
      subject,
      cause,
    });
  });
  const pictures = names
    .flatMap((name) => takeApart(name))
    .filter(({ name }) => pattern === undefined || fits(name, pattern))
    .sort((a, b) => a.number - b.number);
  checkSequence(pictures, subject);
  return pictures;
}

/** The pattern for ffmpeg's image2 reader that makes these names. */
export function printfPattern(pictures: readonly NumberedPicture[]): string {
  const { prefix, ending } = pictures[0]!;
  return `${escapePercent(prefix)}%0${shortest(pictures)}d${escapePercent(ending)}`;
}

/** A path that ffmpeg's image2 reader takes for no pattern. */
export function escapePercent(path: string): string {
  return path.replaceAll('%', '%%');
}

function takeApart(name: string): NumberedPicture[] {
  const { prefix, digits, ending } = PICTURE.exec(name)?.groups ?? {};
  if (name.startsWith('.') || prefix === undefined || digits === undefined || ending === undefined) return [];
  return [{ name, prefix, digits, ending, number: Number(digits) }];
}

/** Whether printf could have made the name of the pattern. */
function fits(name: string, pattern: string): boolean {
  const [before = '', after = ''] = pattern.split(/%\d*d/).map((part) => part.replaceAll('%%', '%'));
  return (
    name.startsWith(before) && name.endsWith(after) && /^\d+$/.test(name.slice(before.length, -after.length))
  );
}

function checkSequence(pictures: readonly NumberedPicture[], subject: string): void {
  const [first] = pictures;
  if (!first) {
    throw new MatteflowError('INPUT_EMPTY', {
      what: 'there are no numbered pictures',
      expected: 'PNG, JPEG, TIFF, WebP, EXR or DPX files with names such as shot.0001.png',
      subject,
    });
  }
  const other = pictures.find(({ prefix, ending }) => prefix !== first.prefix || ending !== first.ending);
  if (other) {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'there is more than one sequence here',
      seen: `${first.name} and ${other.name}`,
      remedy: `Name one by its pattern, such as ${printfPattern([first])}`,
      subject,
    });
  }
  const width = shortest(pictures);
  const odd = pictures.find(({ digits, number }) => digits !== String(number).padStart(width, '0'));
  if (odd ?? pictures.at(-1)!.number > LAST_NUMBER) {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'the pictures are not numbered in one way',
      seen: `${first.name} and ${(odd ?? pictures.at(-1)!).name}`,
      expected: 'as many digits in every name, or no leading zeros',
      subject,
    });
  }
}

function shortest(pictures: readonly NumberedPicture[]): number {
  return pictures.reduce((least, { digits }) => Math.min(least, digits.length), Infinity);
}
