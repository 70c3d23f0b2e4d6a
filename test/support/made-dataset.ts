import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { smallClip } from './made-clip.js';

/** A line of a manifest. */
export type ManifestLine = Readonly<Record<string, unknown>>;

const FRAMES = 9;

/**
 * Draws a tiny clip with a trimap a frame, and gives manifest lines of as many different ranges of it.
 *
 * @param folder - becomes the root
 */
export async function clipsOf(folder: string, count: number): Promise<ManifestLine[]> {
  await smallClip(folder, { width: 64, height: 48, frames: FRAMES, keyframes: [...Array(FRAMES).keys()] });
  const ranges: [number, number][] = [];
  for (let length = 1; length < FRAMES; length++) {
    for (let first = 0; first + length < FRAMES; first++) ranges.push([first, first + length]);
  }
  return ranges.slice(0, count).map((range) => ({
    name: `clip-${range.join('-')}`,
    input: 'clip.mkv',
    trimaps: 'trimap',
    range,
  }));
}

export async function writeManifest(folder: string, lines: readonly ManifestLine[]): Promise<string> {
  const path = join(folder, 'clips.jsonl');
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

/** SHA-256 of every file among a data set's mattes, temporary ones included, by name. */
export async function matteHashes(output: string): Promise<Record<string, string>> {
  const folder = join(output, 'mattes');
  const names = (await readdir(folder)).sort();
  const hashes = names.map(async (name) => {
    const bytes = await readFile(join(folder, name));
    return [name, createHash('sha256').update(bytes).digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
}

/** Lines of results.jsonl. */
export async function resultsOf(output: string): Promise<ManifestLine[]> {
  return linesOf(join(output, 'results.jsonl'));
}

/** What the journal of a data set says. */
export async function journalOf(output: string): Promise<ManifestLine[]> {
  return linesOf(join(output, 'state', 'journal.jsonl'));
}

async function linesOf(path: string): Promise<ManifestLine[]> {
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ManifestLine);
}
