import { MatteflowError } from '../core/errors.js';
import type { ModelOptions, Stage } from '../matting/networks/model.js';
import type { AugmentationName } from './data/augmentation.js';
import { WHOLE_PICTURES, type PictureRecipe, type SamplePrior } from './data/recipe.js';
import type { TrimapKind } from './data/random-trimap.js';
import type { Schedule } from './schedule.js';

/** What a loss is called in recipes and logs; `losses.ts` has their formulas. */
export type LossName = 'alpha' | 'composition' | 'gradient' | 'laplacian' | 'classes' | 'adversarial';

/** How training samples are made; what they are made of is the run's own matter. */
export interface SampleSettings {
  /** Side of the crops the network sees, pixels; a multiple of 32. */
  readonly side: number;
  readonly pictures: PictureRecipe;
  /** Share of foregrounds that are drawn, where there are real ones too. */
  readonly synthesised: number;
  readonly trimaps: TrimapKind;
  readonly augmentation: AugmentationName;
  /** Which prior a network sees that reads one. */
  readonly prior: SamplePrior;
}

/** All that decides what a training run computes, but for its data and the machine. */
export interface Recipe {
  readonly name: string;
  readonly network: string;
  readonly options: ModelOptions;
  /** Stages that are run, in order; the losses compare what the last one gives. */
  readonly runs: readonly Stage[];
  /** Stages whose parameters change. */
  readonly trains: readonly Stage[];
  /** Whose parameters training begins with: another recipe's result. */
  readonly begins?: string;
  /** Weights of the losses in the sum; absent ones are 0. */
  readonly losses: Readonly<Partial<Record<LossName, number>>>;
  readonly samples: SampleSettings;
  /** Samples in one pass of the network. */
  readonly batch: number;
  /** Passes whose gradients are summed before the parameters move. */
  readonly accumulate: number;
  readonly steps: number;
  readonly rate: { readonly kind: Schedule['kind']; readonly peak: number; readonly warmUp: number };
  /** Decoupled weight decay (AdamW); 0 is plain Adam. */
  readonly weightDecay: number;
  /** Largest norm of all gradients together; 0: as they are. */
  readonly clipNorm: number;
  /** Share of the old average that each step keeps of the weights that are saved; 0: no average. */
  readonly averaging: number;
  /** Batch norms between convolutions and their ReLUs, folded into the weights that are saved. */
  readonly norm: 'batch' | 'none';
  readonly seed: number;
}

/** Deep Image Matting's own numbers where it gives them (§4.1): Adam at 1e-5, losses of equal weight. */
const DIM: Omit<Recipe, 'name' | 'runs' | 'trains'> = {
  network: 'dim',
  options: {},
  losses: { alpha: 0.5, composition: 0.5 },
  samples: {
    ...{ side: 320, pictures: WHOLE_PICTURES, synthesised: 0 },
    ...{ trimaps: 'random', augmentation: 'paper', prior: 'none' },
  },
  batch: 1,
  accumulate: 1,
  steps: 500_000,
  rate: { kind: 'constant', peak: 1e-5, warmUp: 0 },
  weightDecay: 0,
  clipNorm: 0,
  averaging: 0,
  norm: 'none',
  seed: 1,
};

const COMPACT: Omit<Recipe, 'name' | 'runs' | 'trains'> = {
  network: 'compact',
  options: {},
  losses: { alpha: 1, composition: 0.5, gradient: 0.7 },
  samples: {
    // The prior of a picture that holds the whole subject is nearer to what is seen in use than that of a crop.
    ...{ side: 192, pictures: { scale: 2.5, crops: 8 }, synthesised: 0.5 },
    ...{ trimaps: 'random', augmentation: 'wide', prior: 'either' },
  },
  batch: 8,
  accumulate: 1,
  steps: 40_000,
  rate: { kind: 'cosine', peak: 1e-3, warmUp: 200 },
  weightDecay: 1e-4,
  clipNorm: 2,
  averaging: 0.999,
  norm: 'none',
  seed: 1,
};

const BOTH: readonly Stage[] = ['stage1', 'stage2'];

const RECIPES: readonly Recipe[] = [
  { ...DIM, name: 'dim-stage1-alpha', runs: ['stage1'], trains: ['stage1'], losses: { alpha: 1 } },
  { ...DIM, name: 'dim-stage1', runs: ['stage1'], trains: ['stage1'] },
  {
    ...DIM,
    ...{ name: 'dim-refine', begins: 'dim-stage1', runs: BOTH, trains: ['stage2'] },
    losses: { alpha: 1 },
    // The paper leaves the dilation out here (§4.2).
    samples: { ...DIM.samples, trimaps: 'narrow' },
  },
  { ...DIM, name: 'dim-finetune', begins: 'dim-refine', runs: BOTH, trains: BOTH },
  { ...COMPACT, name: 'compact-stage1', runs: ['stage1'], trains: ['stage1'] },
  {
    ...COMPACT,
    ...{ name: 'compact-refine', begins: 'compact-stage1', runs: BOTH, trains: ['stage2'], steps: 8000 },
    losses: { alpha: 1, gradient: 1 },
  },
  {
    ...COMPACT,
    ...{ name: 'compact-finetune', begins: 'compact-refine', runs: BOTH, trains: BOTH, steps: 8000 },
    rate: { kind: 'cosine', peak: 1e-4, warmUp: 200 },
  },
  {
    // Lutz, Amplianitis and Smolić, "AlphaGAN", BMVC 2018, §3.3.
    ...DIM,
    ...{ name: 'alphagan', network: 'alphagan', runs: ['stage1'], trains: ['stage1'] },
    // Of a single sample the pooled picture's norm would know no variance.
    batch: 4,
    losses: { alpha: 1, composition: 1, adversarial: 1 },
    rate: { kind: 'constant', peak: 2e-4, warmUp: 0 },
    norm: 'batch',
  },
  {
    ...COMPACT,
    ...{ name: 'trimap-unet', network: 'trimap-unet', runs: ['stage1'], trains: ['stage1'] },
    losses: { classes: 1 },
    // A width that is drawn would be noise to a network that has to find it in the picture; so would a second subject.
    samples: {
      ...{ side: 256, pictures: WHOLE_PICTURES, synthesised: 0.5 },
      ...{ trimaps: 'narrow', augmentation: 'subject', prior: 'none' },
    },
  },
];

/** The names `recipeNamed` knows. */
export const RECIPE_NAMES: readonly string[] = RECIPES.map(({ name }) => name);

/**
 * A recipe by its name.
 *
 * @throws `USAGE` for a name that is none
 */
export function recipeNamed(name: string): Recipe {
  const found = RECIPES.find((recipe) => recipe.name === name);
  if (found) return found;
  throw new MatteflowError('USAGE', {
    what: `there is no recipe called "${name}"`,
    expected: RECIPE_NAMES.join(', '),
  });
}

/** What a run may want otherwise than its recipe has it. */
export interface RecipeChanges extends Partial<Pick<Recipe, 'steps' | 'batch' | 'accumulate' | 'seed'>> {
  readonly side?: number;
  /** Share of drawn foregrounds where there are real ones, 0..1. */
  readonly synthesised?: number;
  /** The highest learning rate. */
  readonly rate?: number;
}

/**
 * A recipe with some of it otherwise.
 *
 * @throws `USAGE` for numbers nothing can be trained by
 */
export function changedRecipe(recipe: Recipe, changes: RecipeChanges): Recipe {
  const { steps, batch, accumulate, seed, rate, side, synthesised } = {
    ...recipe,
    ...recipe.samples,
    rate: recipe.rate.peak,
    ...given(changes),
  };
  for (const [name, value] of Object.entries({ steps, batch, accumulate })) {
    if (value < 1)
      throw new MatteflowError('USAGE', {
        what: `${name} is out of range`,
        seen: String(value),
        expected: '1 or more',
      });
  }
  if (recipe.norm === 'batch' && batch < 2) {
    throw new MatteflowError('USAGE', {
      what: 'batch norms need a batch',
      seen: `batch ${batch}`,
      expected: '2 or more',
      remedy: 'Raise --batch; a smaller --side takes less memory',
    });
  }
  if (side < 32 || side % 32 !== 0) {
    throw new MatteflowError('USAGE', {
      what: 'networks halve a picture five times',
      seen: `side ${side}`,
      expected: 'a multiple of 32',
    });
  }
  return {
    ...recipe,
    ...{ steps, batch, accumulate, seed },
    samples: { ...recipe.samples, side, synthesised },
    // A warm-up that is most of a short run would leave it nothing to learn by.
    rate: { ...recipe.rate, peak: rate, warmUp: Math.min(recipe.rate.warmUp, Math.round(steps / 10)) },
  };
}

/** Without the names that have no value. */
function given(changes: RecipeChanges): RecipeChanges {
  const { steps, batch, accumulate, seed, side, synthesised, rate } = changes;
  const all = { steps, batch, accumulate, seed, side, synthesised, rate };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
