import { AUGMENTATIONS, type Augmentation } from './data/augmentation.js';
import { photograph } from './data/camera.js';
import { anyChange, changeColours, matchColours } from './data/colour-change.js';
import { cropAnywhere, cropAroundSoft, cropBackground, cropForeground } from './data/crop.js';
import type { Material } from './data/material.js';
import { PriorSolver } from './data/prior-solver.js';
import { sampleTrimap } from './data/random-trimap.js';
import type { DataRecipe, SamplePrior } from './data/recipe.js';
import { Sources, type SourceOptions } from './data/sources.js';
import { Random } from './random.js';
import type { TrainingSample } from './sample.js';
import { straightColours } from './synthesis/finish.js';
import { layOver, soften, type Layer } from './synthesis/layer.js';

/** Makes the pictures that samples are cut from. One follows from the recipe, the material and its number alone. */
export class PictureMaker {
  readonly #recipe: DataRecipe;
  /** Pixels along either axis of a picture. */
  readonly #side: number;
  readonly #augmentation: Augmentation;
  readonly #sources: Sources;
  readonly #prior: PriorSolver;

  constructor(recipe: DataRecipe, material: Material, options: Partial<SourceOptions> = {}) {
    const { cacheBytes = 2 ** 29, onBroken = () => undefined } = options;
    this.#recipe = recipe;
    this.#side = Math.round(recipe.pictures.scale * recipe.side);
    this.#augmentation = AUGMENTATIONS[recipe.augmentation];
    this.#sources = new Sources({ ...recipe, side: this.#side }, material, { cacheBytes, onBroken });
    this.#prior = new PriorSolver(this.#side);
  }

  /** @throws `INPUT_DAMAGED` when none of the pictures can be decoded */
  async make(number: number): Promise<TrainingSample> {
    const { seed, side: crop, trimaps } = this.#recipe;
    const side = this.#side;
    const random = new Random(seed).fork('sample').fork(number);
    const subject = await this.#subject(number, random.fork('subject'));
    const background = await this.#background(number, random.fork('background'));
    const foreground = this.#colours(subject, background, random.fork('colours'));
    const alpha = alphaOf(subject);
    const rgb = composite(foreground, alpha, background);
    const trimap = new Uint8Array(side * side);
    const { forget } = this.#augmentation;
    sampleTrimap(trimap, alpha, side, { trimaps, forget, crop }, random.fork('trimap'));
    await photograph(rgb, side, random.fork('camera'), this.#augmentation);
    const prior = new Float32Array(side * side);
    const kind = priorKind(this.#recipe.prior, random.fork('prior'));
    if (kind !== 'none') this.#prior.solve(prior, rgb, trimap, kind);
    return { side, rgb, trimap, prior, alpha, foreground, background };
  }

  /** One foreground round a mixed pixel, or that over another. */
  async #subject(number: number, random: Random): Promise<Layer> {
    const { warp, softForeground, pair } = this.#augmentation;
    const crop = async (): Promise<Layer> => {
      const source = await this.#sources.foreground(number, random);
      const map = cropAroundSoft(source, this.#side, random, warp);
      return cropForeground(source.foreground, map, this.#side);
    };
    const subject = await crop();
    if (random.chance(softForeground)) soften(subject, random.uniform(0.4, 1.6));
    if (!random.chance(pair)) return subject;
    const behind = await crop();
    layOver(behind, subject);
    return behind;
  }

  async #background(number: number, random: Random): Promise<Float32Array> {
    const side = this.#side;
    const { warp, softBackground, backgroundColours } = this.#augmentation;
    const picture = await this.#sources.background(number, random);
    const rgb = cropBackground(picture, cropAnywhere(picture, side, random, warp), side);
    const blurred = random.chance(softBackground)
      ? softened(rgb, side, Math.exp(random.uniform(-0.5, 1.8)))
      : rgb;
    if (backgroundColours > 0) changeColours(blurred, anyChange(random, backgroundColours));
    return blurred;
  }

  #colours(subject: Layer, background: Float32Array, random: Random): Float32Array {
    const { recolour, match } = this.#augmentation;
    const colours = straightColours(subject);
    if (random.chance(recolour)) changeColours(colours, anyChange(random));
    if (random.chance(match)) matchColours(colours, subject, background, random);
    return colours;
  }
}

function priorKind(prior: SamplePrior, random: Random): Exclude<SamplePrior, 'either'> {
  if (prior !== 'either') return prior;
  return random.chance(0.5) ? 'linked' : 'quarter';
}

function alphaOf({ rgba }: Layer): Float32Array {
  const alpha = new Float32Array(rgba.length / 4);
  // Sums of weights may end a rounding error above 1.
  for (let i = 0; i < alpha.length; i++) alpha[i] = Math.min(1, rgba[4 * i + 3]!);
  return alpha;
}

/** I = αF + (1 − α)B. */
function composite(foreground: Float32Array, alpha: Float32Array, background: Float32Array): Float32Array {
  const rgb = new Float32Array(foreground.length);
  for (let i = 0; i < rgb.length; i++) {
    const pha = alpha[Math.floor(i / 3)]!;
    rgb[i] = pha * foreground[i]! + (1 - pha) * background[i]!;
  }
  return rgb;
}

/** Blurred without the border's darkness: the share of the picture that each mean was taken over is divided out. */
function softened(rgb: Float32Array, side: number, sigma: number): Float32Array {
  const rgba = new Float32Array(4 * side * side).fill(1);
  for (let i = 0, from = 0; i < rgba.length; i += 4, from += 3) {
    for (let c = 0; c < 3; c++) rgba[i + c] = rgb[from + c]!;
  }
  soften({ side, rgba }, sigma);
  const out = new Float32Array(rgb.length);
  for (let i = 0, to = 0; i < rgba.length; i += 4, to += 3) {
    for (let c = 0; c < 3; c++) out[to + c] = Math.min(1, rgba[i + c]! / rgba[i + 3]!);
  }
  return out;
}
