import { MatteflowError } from '../core/errors.js';
import type { ModelOptions, Stage } from '../matting/networks/model.js';

/** What a loss is called in recipes and logs; `losses.ts` has their formulas. */
export type LossName = 'alpha' | 'composition' | 'gradient' | 'laplacian' | 'classes' | 'adversarial';

/** How the rate goes over a run: up linearly over `warmUp` steps, then constant or down a half cosine to 0. */
export interface LearningRate {
  readonly peak: number;
  readonly warmUp: number;
  readonly decay: 'constant' | 'cosine';
}

/** How training samples are made. */
export interface SampleSettings {
  /** Side of the crops the network sees, pixels; a multiple of 32. */
  readonly side: number;
  /** Sides of the crops taken of a composite, one of them at random, then resized to `side`. */
  readonly crops: readonly number[];
  /** Random dilation of the unknown region, as the paper's third strategy has it. */
  readonly dilateTrimap: boolean;
  /** Share of foregrounds that are made, where there are real ones too. */
  readonly synthetic: number;
  /** Everything beyond the paper: colour, noise, blur, JPEG, merged pairs, hard colour matches, crops without known pixels. */
  readonly augmented: boolean;
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
  readonly rate: LearningRate;
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

/** The paper's sampling: crops of 320, 480 and 640 pixels about unknown ones, flips, dilated trimaps (§5.1). */
const PAPER_SAMPLES: SampleSettings = {
  side: 320,
  crops: [320, 480, 640],
  dilateTrimap: true,
  synthetic: 0,
  augmented: false,
};

/** Deep Image Matting's own numbers where it gives them (§4.1): Adam at 1e-5, losses of equal weight. */
const DIM: Omit<Recipe, 'name' | 'runs' | 'trains'> = {
  network: 'dim',
  options: {},
  losses: { alpha: 0.5, composition: 0.5 },
  samples: PAPER_SAMPLES,
  batch: 1,
  accumulate: 1,
  steps: 500_000,
  rate: { peak: 1e-5, warmUp: 0, decay: 'constant' },
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
  samples: { side: 192, crops: [128, 192, 256, 320], dilateTrimap: true, synthetic: 0.5, augmented: true },
  batch: 8,
  accumulate: 1,
  steps: 40_000,
  rate: { peak: 1e-3, warmUp: 200, decay: 'cosine' },
  weightDecay: 1e-4,
  clipNorm: 2,
  averaging: 0.999,
  norm: 'none',
  seed: 1,
};

const BOTH: readonly Stage[] = ['stage1', 'stage2'];
/** The paper trains stage 2 on trimaps as they are. */
const UNDILATED: SampleSettings = { ...PAPER_SAMPLES, dilateTrimap: false };

const RECIPES: readonly Recipe[] = [
  { ...DIM, name: 'dim-stage1-alpha', runs: ['stage1'], trains: ['stage1'], losses: { alpha: 1 } },
  { ...DIM, name: 'dim-stage1', runs: ['stage1'], trains: ['stage1'] },
  {
    ...DIM,
    ...{ name: 'dim-refine', begins: 'dim-stage1', runs: BOTH, trains: ['stage2'] },
    ...{ losses: { alpha: 1 }, samples: UNDILATED },
  },
  { ...DIM, name: 'dim-finetune', begins: 'dim-refine', runs: BOTH, trains: BOTH },
  { ...COMPACT, name: 'compact-stage1', runs: ['stage1'], trains: ['stage1'] },
  {
    ...COMPACT,
    ...{ name: 'compact-refine', begins: 'compact-stage1', runs: BOTH, trains: ['stage2'], steps: 8000 },
    ...{ losses: { alpha: 1, gradient: 1 }, samples: { ...COMPACT.samples, dilateTrimap: false } },
  },
  {
    ...COMPACT,
    ...{ name: 'compact-finetune', begins: 'compact-refine', runs: BOTH, trains: BOTH, steps: 8000 },
    rate: { peak: 1e-4, warmUp: 200, decay: 'cosine' },
  },
  {
    // Lutz, Amplianitis and Smolić, "AlphaGAN", BMVC 2018, §3.3.
    ...DIM,
    ...{ name: 'alphagan', network: 'alphagan', runs: ['stage1'], trains: ['stage1'] },
    losses: { alpha: 1, composition: 1, adversarial: 1 },
    rate: { peak: 2e-4, warmUp: 0, decay: 'constant' },
    norm: 'batch',
  },
  {
    ...COMPACT,
    ...{ name: 'trimap-unet', network: 'trimap-unet', runs: ['stage1'], trains: ['stage1'] },
    losses: { classes: 1 },
    samples: { ...COMPACT.samples, side: 256, crops: [256, 384, 512] },
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
