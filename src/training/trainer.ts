import * as tf from '@tensorflow/tfjs-core';
import { MatteflowError } from '../core/errors.js';
import type { NetworkModel } from '../matting/networks/model.js';
import type { WeightTensor } from '../matting/weights/safetensors.js';
import { trainedBy } from './back-propagation.js';
import type { GradientSource, Pass } from './gradient-source.js';
import { clipNorm, GradientSum } from './gradients.js';
import { MovingAverage } from './moving-average.js';
import { grouped, groupOf, readNumbers, tensorsLike, type NamedTensors } from './named-tensors.js';
import { Adam } from './optimiser.js';
import type { Parameters } from './parameters.js';
import type { Recipe } from './recipe.js';
import type { TrainingSample } from './sample.js';
import { learningRate, type Schedule } from './schedule.js';

/** What a step did. */
export interface StepReport {
  /** Single losses before they are weighed, means over the step's passes. */
  readonly losses: Pass['losses'];
  readonly rate: number;
}

/** All that a trainer remembers: tensors by group and name, and how often it has stepped. */
export interface TrainerState {
  readonly step: number;
  readonly tensors: ReadonlyMap<string, WeightTensor>;
}

/** Moves a network's parameters down the gradients that a source finds, as a recipe says. */
export class Trainer {
  readonly #recipe: Recipe;
  readonly #parameters: Parameters;
  readonly #source: GradientSource;
  readonly #adam: Adam;
  readonly #average: MovingAverage | undefined;
  readonly #schedule: Schedule;
  #step = 0;

  /** @param source - computes with the same `parameters` */
  constructor(recipe: Recipe, network: NetworkModel, parameters: Parameters, source: GradientSource) {
    const { weightDecay, averaging, rate, steps } = recipe;
    this.#recipe = recipe;
    this.#parameters = parameters;
    this.#source = source;
    this.#adam = new Adam(trainedBy(recipe, network, parameters), { weightDecay });
    if (averaging > 0) this.#average = new MovingAverage(parameters.all, averaging);
    const { kind, peak, warmUp } = rate;
    this.#schedule = kind === 'cosine' ? { kind, rate: peak, warmUp, steps } : { kind, rate: peak, warmUp };
  }

  /** Steps taken. */
  get step(): number {
    return this.#step;
  }

  /**
   * One step over `batch · accumulate` samples.
   *
   * @throws `ENGINE_FAILED` when a loss is no longer a number: the step has not moved the parameters then
   */
  async take(samples: readonly TrainingSample[]): Promise<StepReport> {
    const { batch, clipNorm: limit } = this.#recipe;
    const sum = new GradientSum();
    const passes: Pass[] = [];
    const rate = learningRate(this.#schedule, this.#step);
    for (let at = 0; at < samples.length; at += batch) {
      const pass = await this.#source.pass(samples.slice(at, at + batch), rate);
      sum.add(pass.gradients);
      tf.dispose([...pass.gradients.values()]);
      passes.push(pass);
    }
    const losses = meanLosses(passes);
    requireFinite(losses, this.#step);
    const mean = sum.take();
    const clipped = limit > 0 ? clipNorm(mean, limit) : undefined;
    this.#adam.step(clipped?.gradients ?? mean, rate);
    tf.dispose([...mean.values(), ...(clipped ? [clipped.norm, ...clipped.gradients.values()] : [])]);
    this.#average?.update();
    this.#step += 1;
    return { losses, rate };
  }

  /** The weights as they would be shipped: averaged if the recipe says so, added norms folded away, stored order. */
  weights(): Promise<Map<string, WeightTensor>> {
    return this.#parameters.weights(this.#average?.values);
  }

  /** Runs `use` while the parameters hold their average, if the recipe keeps one, and puts them back. */
  async withAverage<R>(use: () => Promise<R>): Promise<R> {
    const average = this.#average?.values;
    if (!average) return use();
    const own = new Map([...this.#parameters.all].map(([name, variable]) => [name, variable.clone()]));
    const put = (values: NamedTensors): void => {
      for (const [name, variable] of this.#parameters.all) variable.assign(values.get(name)!);
    };
    put(average);
    try {
      return await use();
    } finally {
      put(own);
      tf.dispose([...own.values()]);
    }
  }

  async state(): Promise<TrainerState> {
    const { steps, mean, square } = await this.#adam.state();
    if (steps !== this.#step) throw new Error(`${steps} steps of Adam in ${this.#step} steps`);
    const average = await this.#average?.state();
    const numbers = grouped({
      parameters: await readNumbers(this.#parameters.all),
      'adam.mean': mean,
      'adam.square': square,
      average: average?.values ?? new Map(),
      companion: (await this.#source.companion?.state()) ?? new Map(),
    });
    const tensors = new Map([...numbers].map(([name, data]) => [name, { shape: [data.length], data }]));
    return { step: this.#step, tensors };
  }

  /** @throws `WEIGHTS_CORRUPT` for the state of another network or recipe */
  load({ step, tensors }: TrainerState): void {
    const numbers = new Map([...tensors].map(([name, { data }]) => [name, data]));
    const loaded = tensorsLike(this.#parameters.all, groupOf(numbers, 'parameters'), 'the checkpoint');
    for (const [name, variable] of this.#parameters.all) {
      variable.assign(loaded.get(name)!);
      loaded.get(name)!.dispose();
    }
    this.#adam.load({
      steps: step,
      mean: groupOf(numbers, 'adam.mean'),
      square: groupOf(numbers, 'adam.square'),
    });
    this.#average?.load({ updates: step, values: groupOf(numbers, 'average') });
    this.#source.companion?.load(groupOf(numbers, 'companion'));
    this.#step = step;
  }

  async close(): Promise<void> {
    await this.#source.close();
    this.#adam.dispose();
    this.#average?.dispose();
    this.#parameters.dispose();
  }
}

function meanLosses(passes: readonly Pass[]): Pass['losses'] {
  const names = Object.keys(passes[0]!.losses) as (keyof Pass['losses'])[];
  return Object.fromEntries(
    names.map((name) => [name, passes.reduce((sum, { losses }) => sum + losses[name]! / passes.length, 0)]),
  );
}

function requireFinite(losses: Pass['losses'], step: number): void {
  const lost = Object.entries(losses).find(([, value]) => !Number.isFinite(value));
  if (!lost) return;
  throw new MatteflowError('ENGINE_FAILED', {
    what: 'training has diverged',
    seen: `the loss "${lost[0]}" is ${lost[1]} at step ${step}`,
    expected: 'a number',
    remedy: 'Resume from an earlier checkpoint with a lower --rate',
  });
}
