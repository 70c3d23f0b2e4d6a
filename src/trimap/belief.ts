import { boxMean } from './box-filter.js';
import type { Flow } from './flow.js';
import { allocateLinearModel, applyLinearModel, GuidedFilter, type LinearModel } from './guided-filter.js';
import type { Size } from './picture.js';
import { warpPlane } from './warp.js';

/** A pixel's side of the matte changes unseen this often a frame, however well its flow fits. */
const FLIP_RATE = 0.02;
/** How much colour counts (a factor on its log odds) where flow is trusted, and how much more where it is not. */
const COLOUR_WHEN_TRUSTED = 0.1;
const COLOUR_WHEN_LOST = 0.9;
/** How much colour counts where the two directions meet. */
const COLOUR_AT_MEETING = 0.5;
/** Pixels: how far the subject's outline is expected to reach beyond where flow put it. */
const REACH = 8;
/** What a pixel whose flow is lost is taken for: well outside the subject, near its outline, well inside. */
const OUTSIDE = 0.02;
const NEAR = 0.5;
const INSIDE = 0.9;

/**
 * Carries "how likely is this pixel foreground" from frame to frame along the flow, as the messages of a hidden Markov chain
 * (Rabiner, Proc. IEEE 1989): a pixel inherits its origin's probability as far as its flow is trusted, falls back
 * to a guess by place where it is not, and is then corrected by its colour and by its neighbours of the same colour
 * (guided filter). Run forward from one keyframe and backward from the next, the two messages and the colour evidence multiply.
 * Holds scratch memory for one size; not reentrant.
 */
export class BeliefFilter {
  readonly #size: Size;
  readonly #guided: GuidedFilter;
  readonly #model: LinearModel;
  readonly #weight: Float32Array;
  readonly #support: Float32Array;
  readonly #scratch: Float32Array;
  readonly #row: Float64Array;

  constructor(size: Size) {
    const pixels = size.width * size.height;
    this.#size = size;
    this.#guided = new GuidedFilter(size);
    this.#model = allocateLinearModel(size);
    this.#weight = new Float32Array(pixels);
    this.#support = new Float32Array(pixels);
    this.#scratch = new Float32Array(pixels);
    this.#row = new Float64Array(size.width);
  }

  /**
   * What the neighbouring frame says of this one.
   *
   * @param message - receives the probability of foreground, 0..1
   * @param belief - the neighbouring frame's belief
   * @param flow - from this frame to the neighbouring one
   * @param trust - of that flow, 0..1
   */
  pass(message: Float32Array, belief: Float32Array, flow: Flow, trust: Float32Array): void {
    const support = this.#support;
    warpPlane(message, belief, flow, this.#size);
    for (let i = 0; i < message.length; i++) support[i] = message[i]! > 0.5 ? 1 : 0;
    boxMean(support, support, this.#scratch, this.#row, this.#size, REACH);
    boxMean(support, support, this.#scratch, this.#row, this.#size, REACH);
    for (let i = 0; i < message.length; i++) {
      const guess = guessByPlace(support[i]!);
      const lost = FLIP_RATE + (1 - FLIP_RATE) * (1 - trust[i]!);
      message[i] = lost * guess + (1 - lost) * message[i]!;
    }
  }

  /**
   * This frame's belief from one neighbour's message and its own colours.
   *
   * @param belief - receives the probability; may be `message`
   * @param colour - `colourEvidence`, 0..1
   */
  observe(belief: Float32Array, message: Float32Array, trust: Float32Array, colour: Float32Array, rgb: Uint8Array): void {
    for (let i = 0; i < belief.length; i++) {
      const share = COLOUR_WHEN_TRUSTED + COLOUR_WHEN_LOST * (1 - trust[i]!);
      belief[i] = probability(logOdds(message[i]!) + share * logOdds(colour[i]!));
    }
    this.#fit(this.#model, belief, rgb);
    applyLinearModel(belief, this.#model, rgb);
  }

  /**
   * The frame's final belief from every message it has (one or two) and its colours, as a linear model of colour that can be
   * applied to the picture at this size or at twice this size.
   */
  meet(dst: LinearModel, messages: readonly Float32Array[], colour: Float32Array, rgb: Uint8Array): void {
    const belief = this.#support;
    for (let i = 0; i < belief.length; i++) {
      let odds = COLOUR_AT_MEETING * logOdds(colour[i]!);
      for (const message of messages) odds += logOdds(message[i]!);
      belief[i] = probability(odds);
    }
    this.#fit(dst, belief, rgb);
  }

  /** Sure pixels count; the rest follow. */
  #fit(dst: LinearModel, belief: Float32Array, rgb: Uint8Array): void {
    for (let i = 0; i < belief.length; i++) this.#weight[i] = (2 * belief[i]! - 1) ** 2 + 0.02;
    this.#guided.fit(dst, rgb, belief, this.#weight);
  }
}

/** @param support - share of foreground around the pixel, 0..1 */
function guessByPlace(support: number): number {
  if (support < 0.1) return OUTSIDE + (NEAR - OUTSIDE) * (support / 0.1);
  if (support > 0.9) return NEAR + (INSIDE - NEAR) * ((support - 0.9) / 0.1);
  return NEAR;
}

function logOdds(p: number): number {
  return Math.log((p + 1e-3) / (1 - p + 1e-3));
}

function probability(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}
