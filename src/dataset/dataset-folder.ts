import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { asError, MatteflowError } from '../core/errors.js';
import type { ClipEntry, ClipFormat } from './clip-entry.js';
import { stemOf } from './clip-key.js';

const ENDINGS: Readonly<Record<ClipFormat, string>> = { prores4444: '.mov', png: '', matte: '.mkv' };

const PLACES = ['mattes', 'records', 'thumbnails', 'state'];

/**
 * Where a run's results lie. Names carry the clip's key, so that a changed clip's matte lies beside the old one and
 * nothing is ever replaced:
 *
 * ```
 * mattes/dancer.3f2a9c1d7b60.mov    records/…json    thumbnails/…webp    results.jsonl    parts/dancer.3f2a9c1d7b60/0003/
 * state/journal.jsonl   state/hashes.jsonl   state/lock.json
 * ```
 */
export class DatasetFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** Makes the folders. @throws `OUTPUT_UNWRITABLE` */
  async prepare(): Promise<void> {
    try {
      for (const place of this.places) await mkdir(place, { recursive: true });
    } catch (cause) {
      throw new MatteflowError('OUTPUT_UNWRITABLE', {
        what: 'the data set’s folders cannot be made',
        seen: asError(cause).message,
        subject: this.path,
        cause,
      });
    }
  }

  /** Relative to the data set's folder. */
  matte(entry: ClipEntry, key: string): string {
    return join('mattes', stemOf(entry.name, key) + ENDINGS[entry.options.format ?? 'prores4444']);
  }

  record(stem: string): string {
    return join(this.path, 'records', `${stem}.json`);
  }

  thumbnail(stem: string): string {
    return join(this.path, 'thumbnails', `${stem}.webp`);
  }

  /** Holds a folder for each long clip that is under way. */
  get allParts(): string {
    return join(this.path, 'parts');
  }

  /** Holds the parts of a long clip until they are joined. */
  parts(stem: string): string {
    return join(this.allParts, stem);
  }

  /** Every folder in which files appear by a name that is given to them when they are whole. */
  get places(): readonly string[] {
    return [this.path, ...PLACES.map((name) => join(this.path, name))];
  }

  get results(): string {
    return join(this.path, 'results.jsonl');
  }

  get journal(): string {
    return join(this.path, 'state', 'journal.jsonl');
  }

  get hashes(): string {
    return join(this.path, 'state', 'hashes.jsonl');
  }

  get lock(): string {
    return join(this.path, 'state', 'lock.json');
  }
}
