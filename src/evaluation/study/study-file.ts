import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asError, MatteflowError } from '../../core/errors.js';

/** What composites are compared on: plain, so that nothing hides an error. */
export const BACKGROUNDS = ['black', 'white'] as const;
export type Background = (typeof BACKGROUNDS)[number];

/** A method's files of one picture, names in the study's folder that say nothing of what they hold. */
export type StudyFiles = Readonly<Record<Background | 'cutOut', string>>;

/** One picture of a study. */
export interface StudyPicture {
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** By method. */
  readonly files: Readonly<Record<string, StudyFiles>>;
}

/** A preference study: what is compared, and where the composites are. */
export interface Study {
  readonly version: 1;
  /** Decides the order of the pairs, and which of two is on the left. */
  readonly seed: string;
  readonly methods: readonly string[];
  readonly pictures: readonly StudyPicture[];
}

const NAME = 'study.json';

export function studyPath(folder: string): string {
  return join(folder, NAME);
}

/** Where a study's votes are kept: one JSON object a line. */
export function votesPath(folder: string): string {
  return join(folder, 'votes.jsonl');
}

/**
 * Reads a study that `buildStudy` has made.
 *
 * @throws MatteflowError `INPUT_MISSING` when the folder holds none; `INPUT_DAMAGED`
 */
export async function readStudy(folder: string): Promise<Study> {
  const path = studyPath(folder);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new MatteflowError('INPUT_MISSING', {
      what: 'the folder holds no study',
      seen: asError(cause).message,
      expected: `a folder with ${NAME}`,
      remedy: 'Make one: matteflow study DIR --model A --model B -o FOLDER',
      subject: folder,
      cause,
    });
  });
  const study = parsed(text);
  if (isStudy(study)) return study;
  throw new MatteflowError('INPUT_DAMAGED', {
    what: 'the study cannot be read',
    expected: 'a study of version 1 as matteflow study writes it',
    remedy: 'Make the study anew in another folder',
    subject: path,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True when every file that the study may serve is named as this program names files: no path leads out of the folder. */
function isStudy(value: unknown): value is Study {
  const study = value as Partial<Study> | null | undefined;
  if (study?.version !== 1 || typeof study.seed !== 'string') return false;
  const { methods, pictures } = study;
  if (!Array.isArray(methods) || !Array.isArray(pictures)) return false;
  return (pictures as Partial<StudyPicture>[]).every(
    ({ name, files }) =>
      typeof name === 'string' && methods.every((method: string) => areFiles(files?.[method])),
  );
}

function areFiles(files: Partial<StudyFiles> | undefined): boolean {
  return [...BACKGROUNDS, 'cutOut' as const].every((kind) => /^[0-9a-f]+\.png$/.test(files?.[kind] ?? ''));
}
