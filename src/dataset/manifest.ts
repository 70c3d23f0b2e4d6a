import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { asError, MatteflowError } from '../core/errors.js';
import { readEntry, type ClipEntry } from './clip-entry.js';

/** Characters of a line at most. */
const LONGEST_LINE = 65_536;

/**
 * Reads a manifest: JSON Lines, one clip a line; empty lines are passed over. All of it is checked before any of it is
 * worked on.
 *
 * @returns the clips, those of small priority first, else in the manifest's order
 * @throws `USAGE` naming the line; `INPUT_MISSING`; `INPUT_EMPTY`
 */
export async function readManifest(path: string): Promise<readonly ClipEntry[]> {
  const clips: ClipEntry[] = [];
  const lineOf = new Map<string, number>();
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      line += 1;
      if (text.trim() === '') continue;
      const subject = `${path}, line ${line}`;
      const clip = readEntry(parseLine(text, subject), subject);
      // Names become files, and some systems do not tell A from a.
      const folded = clip.name.normalize('NFC').toLowerCase();
      requireNew(lineOf.get(folded), clip.name, subject);
      lineOf.set(folded, line);
      clips.push(clip);
    }
  } catch (error) {
    throw error instanceof MatteflowError ? error : unreadable(path, error);
  }
  if (clips.length === 0) {
    throw new MatteflowError('INPUT_EMPTY', { what: 'the manifest names no clips', subject: path });
  }
  return clips.sort((a, b) => a.priority - b.priority);
}

function parseLine(text: string, subject: string): unknown {
  if (text.length > LONGEST_LINE) {
    throw new MatteflowError('USAGE', { what: 'the line is too long to be a clip', subject });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new MatteflowError('USAGE', {
      what: 'the line is not JSON',
      seen: text.slice(0, 80),
      expected: 'one object, such as {"input": "dancer.mov", "trimaps": "dancer-keys"}',
      subject,
      cause,
    });
  }
}

function requireNew(other: number | undefined, name: string, subject: string): void {
  if (other === undefined) return;
  throw new MatteflowError('USAGE', {
    what: 'two clips have the same name',
    seen: `${name}, as on line ${other}`,
    remedy: 'Give them a "name" each',
    subject,
  });
}

function unreadable(path: string, error: unknown): MatteflowError {
  return new MatteflowError('INPUT_MISSING', {
    what: 'the manifest cannot be read',
    seen: asError(error).message,
    subject: path,
    cause: error,
  });
}
