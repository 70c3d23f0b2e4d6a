import { photograph } from './data/camera.js';
import { anyChange, changeColours, matchColours } from './data/colour-change.js';
import { cropAnywhere, cropAroundSoft, cropBackground, cropForeground } from './data/crop.js';
import type { Material } from './data/material.js';
import { PriorSolver } from './data/prior-solver.js';
import { anyWidths, forgetKnown, trimapFromAlpha } from './data/random-trimap.js';
import type { DataRecipe } from './data/recipe.js';
import { Sources } from './data/sources.js';
import { Random } from './random.js';
import type { TrainingSample } from './sample.js';
import { straightColours } from './synthesis/finish.js';
import { layOver, soften, type Layer } from './synthesis/layer.js';

/** How often each change is made. */
const CHANCE = { pair: 0.35, recolour: 0.7, match: 0.2, softForeground: 0.12, softBackground: 0.4 };

/** Makes samples one at a time. A sample follows from the recipe, the material and its number alone. */
export class SampleMaker {
  readonly #recipe: DataRecipe;
  readonly #sources: Sources;
  readonly #prior: PriorSolver | undefined;

  /** @param onNotice - is told of pictures that cannot be decoded and are left out */
  constructor(recipe: DataRecipe, material: Material, onNotice?: (notice: string) => void) {
    this.#recipe = recipe;
    this.#sources = new Sources(recipe, material, onNotice);
    this.#prior = recipe.prior ? new PriorSolver(recipe.side) : undefined;
  }

  /** @throws `INPUT_DAMAGED` when none of the pictures can be decoded */
  async make(number: number): Promise<TrainingSample> {
    const { seed, side } = this.#recipe;
    const random = new Random(seed).fork('sample').fork(number);
    const subject = await this.#subject(number, random.fork('subject'));
    const background = await this.#background(number, random.fork('background'));
    const foreground = this.#colours(subject, background, random.fork('colours'));
    const alpha = alphaOf(subject);
    const rgb = composite(foreground, alpha, background);
    const trimap = new Uint8Array(side * side);
    const widths = random.fork('trimap');
    trimapFromAlpha(trimap, alpha, { width: side, height: side }, anyWidths(widths, side));
    forgetKnown(trimap, widths);
    await photograph(rgb, side, random.fork('camera'));
    const prior = new Float32Array(side * side);
    this.#prior?.solve(prior, rgb, trimap);
    return { side, rgb, trimap, prior, alpha, foreground, background };
  }

  /** One foreground round a mixed pixel, or that over another. */
  async #subject(number: number, random: Random): Promise<Layer> {
    const crop = async (): Promise<Layer> => {
      const source = await this.#sources.foreground(number, random);
      const { side } = this.#recipe;
      return cropForeground(source.foreground, cropAroundSoft(source, side, random), side);
    };
    const subject = await crop();
    if (random.chance(CHANCE.softForeground)) soften(subject, random.uniform(0.4, 1.6));
    if (!random.chance(CHANCE.pair)) return subject;
    const behind = await crop();
    layOver(behind, subject);
    return behind;
  }

  async #background(number: number, random: Random): Promise<Float32Array> {
    const { side } = this.#recipe;
    const picture = await this.#sources.background(number, random);
    const rgb = cropBackground(picture, cropAnywhere(picture, side, random), side);
    const blurred = random.chance(CHANCE.softBackground)
      ? softened(rgb, side, Math.exp(random.uniform(-0.5, 1.8)))
      : rgb;
    changeColours(blurred, anyChange(random, 0.6));
    return blurred;
  }

  #colours(subject: Layer, background: Float32Array, random: Random): Float32Array {
    const colours = straightColours(subject);
    if (random.chance(CHANCE.recolour)) changeColours(colours, anyChange(random));
    if (random.chance(CHANCE.match)) matchColours(colours, subject, background, random);
    return colours;
  }
}

function alphaOf({ rgba }: Layer): Float32Array {
  // Sums of weights may end a rounding error above 1.
  return Float32Array.from({ length: rgba.length / 4 }, (_, i) => Math.min(1, rgba[4 * i + 3]!));
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
  for (let i = 0; i < side * side; i++) rgba.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  soften({ side, rgba }, sigma);
  return Float32Array.from(rgb, (_, i) => {
    const at = 4 * Math.floor(i / 3);
    return Math.min(1, rgba[at + (i % 3)]! / rgba[at + 3]!);
  });
}
