import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { MatteflowError, throwIfAborted } from '../../core/errors.js';
import { stageOutput } from '../../output/publish.js';
import { cutOut } from '../report/cut-out.js';
import type { Method, Picture } from '../results.js';
import { BACKGROUNDS, studyPath, type Study, type StudyFiles, type StudyPicture } from './study-file.js';
import { digest } from './trials.js';

/** What a study is made of. */
export interface StudyMaterial {
  /** Two or more. */
  readonly methods: readonly Method[];
  readonly pictures: AsyncIterable<Omit<Picture, 'truth'>>;
  /** Any text; the same one gives the same order of questions. */
  readonly seed: string;
}

/** What people judge a matte on: 0 and 255 are the only values of either background. */
const GREY = { black: 0, white: 255 } as const;

/**
 * Mattes every picture by every method and writes the folder of a study: the composites on black and on white, the
 * cut-outs they are made of (straight alpha, estimated colour), and `study.json`. It appears complete or not at all.
 *
 * @param options.onPicture - told how many pictures are done
 * @throws MatteflowError `USAGE` for fewer than two methods or two of one name; `INPUT_EMPTY` without pictures;
 *   `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, `ABORTED`; and what the methods throw
 */
export async function buildStudy(
  folder: string,
  { methods, pictures, seed }: StudyMaterial,
  options: { readonly signal?: AbortSignal; readonly onPicture?: (done: number) => void } = {},
): Promise<Study> {
  checkMethods(methods);
  const staged = await stageOutput(folder, { kind: 'folder', overwrite: false });
  try {
    const done: StudyPicture[] = [];
    for await (const picture of pictures) {
      if (done.some(({ name }) => name === picture.name)) throw twice('picture', picture.name);
      const files: Record<string, StudyFiles> = {};
      for (const method of methods) {
        if (options.signal) throwIfAborted(options.signal);
        const matte = await method.matte(picture);
        const key = digest(seed, picture.name, method.name).slice(0, 16);
        files[method.name] = await writeComposites(staged.temporary, key, picture, matte);
      }
      const { width, height } = picture.image.format;
      done.push({ name: picture.name, width, height, files });
      options.onPicture?.(done.length);
    }
    if (done.length === 0)
      throw new MatteflowError('INPUT_EMPTY', { what: 'there is no picture to compare on' });
    const study: Study = { version: 1, seed, methods: methods.map(({ name }) => name), pictures: done };
    await writeFile(studyPath(staged.temporary), `${JSON.stringify(study, undefined, 2)}\n`);
    await staged.publish();
    return study;
  } finally {
    await staged.discard();
  }
}

function checkMethods(methods: readonly Method[]): void {
  const names = methods.map(({ name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw twice('method', repeated);
  if (methods.length >= 2) return;
  throw new MatteflowError('USAGE', {
    what: 'a study compares methods in pairs',
    seen: names.join(', ') || 'none',
    expected: 'two or more',
  });
}

function twice(kind: string, name: string): MatteflowError {
  return new MatteflowError('USAGE', { what: `two ${kind}s have one name`, seen: name });
}

async function writeComposites(
  folder: string,
  key: string,
  { image: source }: Omit<Picture, 'truth'>,
  alpha: Float32Array,
): Promise<StudyFiles> {
  const { width, height } = source.format;
  const subject = cutOut(source, alpha);
  const files = { cutOut: `${key}0.png`, black: `${key}1.png`, white: `${key}2.png` };
  const write = async (file: string, data: Uint8Array, channels: 3 | 4): Promise<void> => {
    await sharp(data, { raw: { width, height, channels } }).png().toFile(join(folder, file));
  };
  await write(files.cutOut, subject, 4);
  for (const background of BACKGROUNDS) await write(files[background], over(subject, GREY[background]), 3);
  return files;
}

/** The subject over a grey: R′G′B′. Blended as editors and browsers do, in the encoded values. */
function over(subject: Uint8Array, grey: number): Uint8Array {
  const picture = new Uint8Array((subject.length / 4) * 3);
  for (let from = 0, to = 0; from < subject.length; from += 4, to += 3) {
    const pha = subject[from + 3]! / 255;
    const behind = (1 - pha) * grey + 0.5;
    picture[to] = pha * subject[from]! + behind;
    picture[to + 1] = pha * subject[from + 1]! + behind;
    picture[to + 2] = pha * subject[from + 2]! + behind;
  }
  return picture;
}
