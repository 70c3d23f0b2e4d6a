import { UNKNOWN } from '../trimap/trimap.js';
import type { Material } from './data/material.js';
import type { DataRecipe } from './data/recipe.js';
import { LANES, type SourceOptions } from './data/sources.js';
import { PictureMaker } from './picture-maker.js';
import { Random } from './random.js';
import type { TrainingSample } from './sample.js';

/** How far a crop's middle is at most from the unknown pixel that it is cut round, in sides along either axis. */
const REACH = 0.3;

/** Makes samples one at a time. A sample follows from the recipe, the material and its number alone. */
export class SampleMaker {
  readonly #recipe: DataRecipe;
  readonly #pictures: PictureMaker;
  /** By lane: the picture that its samples are being cut from. */
  readonly #current = new Map<number, { readonly number: number; readonly picture: TrainingSample }>();

  constructor(recipe: DataRecipe, material: Material, options: Partial<SourceOptions> = {}) {
    this.#recipe = recipe;
    this.#pictures = new PictureMaker(recipe, material, options);
  }

  /** @throws `INPUT_DAMAGED` when none of the pictures can be decoded */
  async make(number: number): Promise<TrainingSample> {
    const { seed, side, pictures } = this.#recipe;
    const lane = number % LANES;
    const turn = Math.floor(number / LANES);
    const picture = await this.#picture(lane, lane + LANES * Math.floor(turn / pictures.crops));
    return picture.side === side ? picture : cut(picture, side, new Random(seed).fork('cut').fork(number));
  }

  async #picture(lane: number, number: number): Promise<TrainingSample> {
    const current = this.#current.get(lane);
    if (current?.number === number) return current.picture;
    const picture = await this.#pictures.make(number);
    if (this.#recipe.pictures.crops > 1) this.#current.set(lane, { number, picture });
    return picture;
  }
}

/** A crop that holds an unknown pixel; of a picture without any, its middle. */
function cut(picture: TrainingSample, side: number, random: Random): TrainingSample {
  const { side: width, trimap } = picture;
  const unknown = trimap.reduce((count, value) => (value === UNKNOWN ? count + 1 : count), 0);
  let at = (width * width + width) / 2;
  if (unknown > 0) {
    let left = random.integer(unknown);
    at = trimap.findIndex((value) => value === UNKNOWN && left-- === 0);
  }
  const from = (middle: number): number => {
    const first = Math.round(middle + random.uniform(-REACH, REACH) * side - side / 2);
    return Math.min(Math.max(first, 0), width - side);
  };
  const [x, y] = [from(at % width), from(Math.floor(at / width))];
  const window = <T extends Float32Array | Uint8Array>(plane: T, channels: number, dst: T): T => {
    for (let row = 0; row < side; row++) {
      const start = channels * ((y + row) * width + x);
      dst.set(plane.subarray(start, start + channels * side), channels * side * row);
    }
    return dst;
  };
  const floats = (plane: Float32Array, channels: number): Float32Array =>
    window(plane, channels, new Float32Array(channels * side * side));
  return {
    side,
    rgb: floats(picture.rgb, 3),
    trimap: window(trimap, 1, new Uint8Array(side * side)),
    prior: floats(picture.prior, 1),
    alpha: floats(picture.alpha, 1),
    foreground: floats(picture.foreground, 3),
    background: floats(picture.background, 3),
  };
}
