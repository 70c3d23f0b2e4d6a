import { boxMean } from './box-filter.js';
import type { FlowTrust } from './flow-trust.js';
import type { Flow } from './flow.js';
import { allocateLinearModel, applyLinearModel, GuidedFilter, type LinearModel } from './guided-filter.js';
import type { Size } from './picture.js';
import { warpPlane } from './warp.js';

/** A pixel's side of the matte changes unseen this often a frame, however well its flow fits. */
const FLIP_RATE = 0.02;
/** How much colour counts (a factor on its log odds) where flow is trusted, and how much more where it is not. */
const COLOUR_WHEN_TRUSTED = 0.2;
const COLOUR_WHEN_LOST = 0.9;
/** Log odds of the band's inner edge in a keyframe. */
const BAND_TRUST = 2;
const BAND_COLOUR = 0.3;
/** Certainty: what is lost a frame however well flow fits, and what a guess has. */
const FORGETTING = 0.01;
const GUESS_CERTAINTY = 0.05;
/** From this certainty on a direction's message counts in full where the other is no surer. */
const FULL_CERTAINTY = 0.5;
const TRUST_GAIN = 1.3;
/** Pixels: how far the subject's outline is expected to reach beyond where flow put it. */
const REACH = 8;
/** What a pixel whose flow is lost is taken for: well outside the subject, near its outline, well inside. */
const OUTSIDE = 0.08;
const NEAR = 0.5;
const INSIDE = 0.9;

/** What one direction says of a frame. */
export interface Message {
  readonly probability: Float32Array;
  /** 0..1, the weight of what it says. */
  readonly certainty: Float32Array;
}

/**
 * Carries "how likely is this pixel foreground" from frame to frame along the flow, as the messages of a
 * hidden Markov chain (Rabiner, Proc. IEEE 1989): a pixel inherits its origin's probability as far as its
 * flow is trusted, falls back to a guess by place where it is not, and is then corrected by its colour and by
 * its neighbours of the same colour (guided filter). Run forward from one keyframe and backward from the
 * next, the two messages and the colour evidence multiply. Holds scratch memory for one size; not reentrant.
 */
export class BeliefFilter {
  readonly #size: Size;
  readonly #guided: GuidedFilter;
  readonly #model: LinearModel;
  readonly #support: Float32Array;
  readonly #carried: Float32Array;
  readonly #scratch: Float32Array;
  readonly #row: Float64Array;

  constructor(size: Size) {
    const pixels = size.width * size.height;
    this.#size = size;
    this.#guided = new GuidedFilter(size);
    this.#model = allocateLinearModel(size);
    this.#support = new Float32Array(pixels);
    this.#carried = new Float32Array(pixels);
    this.#scratch = new Float32Array(pixels);
    this.#row = new Float64Array(size.width);
  }

  /**
   * A keyframe's own belief: where the person was sure, that; in the band the outline is taken to run along
   * its middle, but colour may say otherwise (a finger is narrower than its band).
   */
  begin(belief: Float32Array, label: Float32Array, colour: Float32Array, rgb: Uint8Array): void {
    for (let i = 0; i < belief.length; i++) {
      const p = label[i]!;
      belief[i] =
        p < 0.001 || p > 0.999
          ? p
          : probability(BAND_TRUST * (2 * p - 1) + BAND_COLOUR * logOdds(colour[i]!));
    }
    this.#guided.fit(this.#model, rgb, belief);
    applyLinearModel(belief, this.#model, rgb);
    for (let i = 0; i < belief.length; i++) {
      if (label[i]! < 0.001) belief[i] = 0;
      if (label[i]! > 0.999) belief[i] = 1;
    }
  }

  /**
   * What the neighbouring frame says of this one.
   *
   * @param message - receives the probability of foreground, 0..1
   * @param certainty - the neighbouring frame's certainty of its belief, 0..1; replaced by this frame's
   * @param belief - the neighbouring frame's belief
   * @param flow - from this frame to the neighbouring one
   * @param trust - of that flow, 0..1
   */
  pass(
    message: Float32Array,
    certainty: Float32Array,
    belief: Float32Array,
    flow: Flow,
    trust: FlowTrust,
  ): void {
    const support = this.#support;
    const carried = this.#carried;
    warpPlane(message, belief, flow, this.#size);
    warpPlane(carried, certainty, flow, this.#size);
    for (let i = 0; i < message.length; i++) support[i] = message[i]! > 0.5 ? 1 : 0;
    boxMean(support, support, this.#scratch, this.#row, this.#size, REACH);
    boxMean(support, support, this.#scratch, this.#row, this.#size, REACH);
    for (let i = 0; i < message.length; i++) {
      const share = support[i]!;
      const astray = 1 - trust.roundTrip[i]!;
      const inherited = message[i]! + astray * (share - message[i]!);
      const lost = FLIP_RATE + (1 - FLIP_RATE) * (1 - trust.colour[i]!);
      message[i] = inherited + lost * (guessByPlace(share) - inherited);
      // A flow that is a little astray costs nothing where all around is on the same side.
      const mixed = 4 * share * (1 - share);
      const kept =
        carried[i]! * (1 - astray * mixed) * Math.min(1, TRUST_GAIN * trust.colour[i]!) * (1 - FORGETTING);
      certainty[i] = Math.max(GUESS_CERTAINTY, kept);
    }
  }

  /**
   * This frame's belief from one neighbour's message and its own colours.
   *
   * @param belief - receives the probability; may be `message`
   * @param colour - `colourEvidence`, 0..1
   */
  observe(
    belief: Float32Array,
    message: Float32Array,
    certainty: Float32Array,
    colour: Float32Array,
    rgb: Uint8Array,
  ): void {
    for (let i = 0; i < belief.length; i++) {
      const share = COLOUR_WHEN_TRUSTED + COLOUR_WHEN_LOST * (1 - certainty[i]!);
      belief[i] = probability(logOdds(message[i]!) + share * logOdds(colour[i]!));
    }
    this.#guided.fit(this.#model, rgb, belief);
    applyLinearModel(belief, this.#model, rgb);
  }

  /**
   * The frame's final belief from every message it has (one or two) and its colours, as a linear model of
   * colour that can be applied to the picture at this size or at twice this size.
   */
  meet(dst: LinearModel, messages: readonly Message[], colour: Float32Array, rgb: Uint8Array): void {
    const belief = this.#support;
    for (let i = 0; i < belief.length; i++) {
      let most = 0;
      for (const { certainty } of messages) most = Math.max(most, certainty[i]!);
      let odds = (COLOUR_WHEN_TRUSTED + COLOUR_WHEN_LOST * (1 - most)) * logOdds(colour[i]!);
      for (const { probability: p, certainty } of messages)
        odds += (certainty[i]! / Math.max(FULL_CERTAINTY, most)) * logOdds(p[i]!);
      belief[i] = probability(odds);
    }
    this.#guided.fit(dst, rgb, belief);
  }
}

/** @param support - share of foreground around the pixel, 0..1 */
function guessByPlace(support: number): number {
  if (support < 0.1) return OUTSIDE + (NEAR - OUTSIDE) * (support / 0.1);
  if (support > 0.9) return NEAR + (INSIDE - NEAR) * ((support - 0.9) / 0.1);
  return NEAR;
}

/** Steps of the table of log odds: a probability is taken to a 4096th. */
const ODDS_STEPS = 4096;
const LOG_ODDS: Float32Array = Float32Array.from({ length: ODDS_STEPS + 1 }, (_, i) =>
  Math.log((i / ODDS_STEPS + 1e-3) / (1 - i / ODDS_STEPS + 1e-3)),
);

/** A logarithm a pixel costs more than all else that is done to it. @param p - 0..1 */
function logOdds(p: number): number {
  return LOG_ODDS[(p * ODDS_STEPS + 0.5) | 0]!;
}

/** Steps of the table of probabilities, a unit of log odds, and the most odds it has. */
const CHANCE_STEPS = 256;
const MOST_ODDS = 16;
const CHANCE: Float32Array = Float32Array.from(
  { length: 2 * MOST_ODDS * CHANCE_STEPS + 1 },
  (_, i) => 1 / (1 + Math.exp(MOST_ODDS - i / CHANCE_STEPS)),
);

/** By a table, too. @param odds - log odds */
function probability(odds: number): number {
  const clipped = odds < -MOST_ODDS ? -MOST_ODDS : odds > MOST_ODDS ? MOST_ODDS : odds;
  return CHANCE[((clipped + MOST_ODDS) * CHANCE_STEPS + 0.5) | 0]!;
}
