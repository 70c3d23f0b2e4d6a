import { MatteflowError } from '../../core/errors.js';
import type { Ops, WeightScope } from '../ops.js';

/** The two networks of a matting model: the first finds alpha, the second sharpens it. */
export type Stage = 'stage1' | 'stage2';

/** A model's settings as they stand in its card; which are known, and their ranges, is each model's own matter. */
export type ModelOptions = Readonly<Record<string, unknown>>;

/**
 * A network of one or two stages, as a function over `Ops`. It holds no weights and no tensors.
 * Every value is (N, channels, H, W) in float32, H and W multiples of `multiple`.
 */
export interface Network {
  readonly name: string;
  /** Height and width of every input are multiples of this, in pixels; tiles begin at multiples of it too. */
  readonly multiple: 32;
  /** The stages there are, in order. */
  readonly stages: readonly Stage[];
  /** Channels each stage reads; 0 for a stage the network never has. */
  readonly channels: Readonly<Record<Stage, number>>;
  /** Channels each stage gives, likewise. */
  readonly outputs: Readonly<Record<Stage, number>>;
  build<T>(stage: Stage, ops: Ops<T>, weights: WeightScope<T>, input: T): T;
}

/**
 * A network that engines serve, built by name through the registry.
 *
 * - Stage 1 reads R′, G′, B′ 0..1, the trimap (0, 0.5 or 1) and, if `readsPrior`, a prior alpha 0..1;
 *   it gives the *carry*, (N, 1, H, W). Without a second stage the carry is the finished alpha.
 * - Stage 2 reads R′, G′, B′, the trimap and the carry; it gives alpha 0..1, (N, 1, H, W),
 *   in which known pixels are exactly 0 and 1.
 *
 * One whose carry is `classes` makes trimaps: its one stage reads R′, G′, B′ alone.
 */
export interface NetworkModel extends Network {
  readonly readsPrior: boolean;
  /**
   * Context a tile needs around the pixels that are kept of it, in pixels.
   * Stage 2: its receptive radius, so that tiles equal the whole frame. Stage 1: see the model.
   */
  readonly margins: Readonly<Record<Stage, number>>;
  /**
   * What stage 1 gives: alpha 0..1 with known pixels put in; logits (any real number, known pixels as they fell out);
   * or (N, 3, H, W), the probabilities of background, unknown and foreground.
   */
  readonly carry: 'alpha' | 'logit' | 'classes';
}

/** A model whose result is alpha. */
export interface MattingModel extends NetworkModel {
  readonly carry: 'alpha' | 'logit';
}

/**
 * Holds a model to what matting needs of it.
 *
 * @param subject - the weights file, for the message
 * @throws `MODEL_UNKNOWN` for a model that makes trimaps
 */
export function requireMatting(network: NetworkModel, subject: string): asserts network is MattingModel {
  if (network.carry !== 'classes') return;
  throw new MatteflowError('MODEL_UNKNOWN', {
    what: `the model ${network.name} makes trimaps, not mattes`,
    expected: 'weights of a matting model',
    remedy: 'Name a matting model, such as compact',
    subject,
  });
}
