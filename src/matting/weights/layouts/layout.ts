import { MatteflowError } from '../../../core/errors.js';
import { firstFew, shapeText, type Complaint } from '../corrupt.js';
import type { ModelOptions } from '../../networks/model.js';
import type { ForeignTensors } from '../foreign-tensors.js';
import type { WeightTensor } from '../safetensors.js';

/** What a person says of weights that their file does not. */
export interface LayoutChoices {
  /** Kernel of the convolution at the bottom of `dim`. */
  readonly conv6?: 1 | 3 | 7 | undefined;
  /** Whether `dim` adds the encoder's features after each unpooling. */
  readonly skips?: boolean | undefined;
}

/** One of our parameters, and where it comes from. */
export interface Origin {
  readonly ours: string;
  /** The name in the file. */
  readonly theirs: string;
  /** The shape it must have there. */
  readonly shape: readonly number[];
  /** Makes ours of theirs, where they are not the same. */
  readonly convert?: (tensor: WeightTensor) => WeightTensor;
}

/** How the tensors of a file become weights of ours. */
export interface ImportPlan {
  readonly model: string;
  readonly options: ModelOptions;
  /** Said of weights that are not all of the model. */
  readonly part?: 'encoder';
  readonly origins: readonly Origin[];
  /** Names in the file that are known to be of no use here. */
  readonly dropped: readonly string[];
}

/**
 * Reads the names and shapes of a file as those of one project.
 *
 * @throws `WEIGHTS_CORRUPT` naming what is missing, unknown or of another shape; `USAGE` for choices that contradict it
 */
export type Layout = (
  tensors: Pick<ForeignTensors, 'shapes' | 'metadata'>,
  choices: LayoutChoices,
  corrupt: Complaint,
) => ImportPlan;

/**
 * Holds a file to what is wanted of it: all of that there and of the right shape, and nothing else but what is known.
 *
 * @param droppable - whether a name that is not wanted is known all the same
 * @param whose - whose layout it is, for messages
 * @returns the names that are dropped
 * @throws `WEIGHTS_CORRUPT` naming the first few of what is wrong, and how many there are
 */
export function requireOrigins(
  shapes: ReadonlyMap<string, readonly number[]>,
  origins: readonly Origin[],
  droppable: (name: string) => boolean,
  whose: string,
  corrupt: Complaint,
): string[] {
  const wanted = new Set(origins.map(({ theirs }) => theirs));
  const missing = origins.filter(({ theirs }) => !shapes.has(theirs)).map(({ theirs }) => theirs);
  if (missing.length > 0) {
    throw corrupt(`tensors are missing for ${whose}`, `no ${firstFew(missing)}`, `${wanted.size} tensors`);
  }
  const rest = [...shapes.keys()].filter((name) => !wanted.has(name));
  const unknown = rest.filter((name) => !droppable(name));
  if (unknown.length > 0) {
    throw corrupt(
      `there are tensors that ${whose} has not`,
      firstFew(unknown),
      `${wanted.size} tensors, no others`,
    );
  }
  const wrong = origins.filter(({ theirs, shape }) => shapeText(shapes.get(theirs)!) !== shapeText(shape));
  if (wrong.length > 0) {
    const seen = wrong.map(({ theirs }) => `${theirs} ${shapeText(shapes.get(theirs)!)}`);
    throw corrupt(`tensors have other shapes than ${whose} has`, firstFew(seen), shapeText(wrong[0]!.shape));
  }
  return rest;
}

/**
 * @throws `USAGE` when a choice was made that says nothing about this layout
 */
export function refuseChoices(
  choices: LayoutChoices,
  names: readonly (keyof LayoutChoices)[],
  whose: string,
): void {
  const given = names.find((name) => choices[name] !== undefined);
  if (given === undefined) return;
  throw new MatteflowError('USAGE', {
    what: `--${given} says nothing about ${whose}`,
    remedy: 'Leave it out',
  });
}

/** The options of `alphagan` that shapes tell: its width, that of the convolution called `stem`. */
export function generatorOptions(shapes: ForeignTensors['shapes'], stem: string): ModelOptions {
  const width = shapes.get(stem)?.[0];
  return width === undefined ? {} : { width };
}
