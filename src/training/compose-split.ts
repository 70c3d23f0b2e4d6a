import { join } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import {
  composeMaterial,
  findComposeMaterial,
  type ComposeMaterial,
  type ComposeOptions,
  type ComposeResult,
} from './compose-dataset.js';
import { shuffled } from './data/deal.js';
import { Random } from './random.js';

export interface ComposeSplitOptions extends ComposeOptions {
  /** Objects held out for the test set. */
  readonly testObjects: number;
  /** Composites of each of their foregrounds. */
  readonly testPerForeground: number;
  /** What ends the object's part of a foreground's name (`dancer_000120` before `_`); absent: each foreground is one. */
  readonly objectUntil?: string;
}

export interface ComposeSplitResult {
  readonly train: ComposeResult;
  readonly test: ComposeResult;
}

/**
 * Composes a training and a test set, `train/` and `test/`, that share no object and no background, as the paper's 493 × 100
 * and 50 × 20. Which objects are held out follows from the seed and their names.
 *
 * @throws `USAGE` when either set would be left without an object or a background; as `composeDataset` does
 */
export async function composeSplit(options: ComposeSplitOptions): Promise<ComposeSplitResult> {
  const { output, testPerForeground } = options;
  const { train, test } = splitMaterial(await findComposeMaterial(options), options);
  return {
    train: await composeMaterial(train, { ...options, output: join(output, 'train') }),
    test: await composeMaterial(test, {
      ...options,
      output: join(output, 'test'),
      perForeground: testPerForeground,
    }),
  };
}

/** Backgrounds are shared out as the foregrounds are, at least one to each set. */
function splitMaterial(
  { foregrounds, backgrounds }: ComposeMaterial,
  { seed, testObjects, objectUntil }: Pick<ComposeSplitOptions, 'seed' | 'testObjects' | 'objectUntil'>,
): { readonly train: ComposeMaterial; readonly test: ComposeMaterial } {
  const objectOf = (name: string): string => (objectUntil ? name.split(objectUntil)[0]! : name);
  const objects = [...new Set(foregrounds.map(({ name }) => objectOf(name)))].sort();
  if (testObjects < 1 || testObjects >= objects.length || backgrounds.length < 2) {
    throw new MatteflowError('USAGE', {
      what: 'the pictures cannot be split',
      seen: `${objects.length} objects, ${backgrounds.length} backgrounds, ${testObjects} objects to hold out`,
      expected: 'at least an object and a background for each set',
    });
  }
  const random = new Random(seed).fork('split');
  const heldOut = new Set(shuffled(objects, random).slice(0, testObjects));
  const isTest = ({ name }: { readonly name: string }): boolean => heldOut.has(objectOf(name));
  const share = Math.round((backgrounds.length * testObjects) / objects.length);
  const behind = new Set(shuffled(backgrounds, random).slice(0, Math.max(1, share)));
  return {
    train: {
      foregrounds: foregrounds.filter((file) => !isTest(file)),
      backgrounds: backgrounds.filter((path) => !behind.has(path)),
    },
    test: { foregrounds: foregrounds.filter(isTest), backgrounds: [...behind].sort() },
  };
}
