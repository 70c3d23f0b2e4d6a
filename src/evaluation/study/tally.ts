import { signTest, winShareInterval } from './binomial.js';
import type { Study } from './study-file.js';
import { pairsOf } from './trials.js';
import type { Vote } from './votes-file.js';

/** How two methods did against each other. */
export interface PairTally {
  /** In the study's order; what follows is seen from the first. */
  readonly methods: readonly [string, string];
  readonly wins: number;
  readonly losses: number;
  /** "Can't tell": counted, and left out of the share and the test. */
  readonly unsure: number;
  /** wins / (wins + losses); absent when nobody decided. */
  readonly share?: number;
  /** 95 % interval of the share (Clopper and Pearson). */
  readonly interval: readonly [number, number];
  /** Two-sided sign test. */
  readonly pValue: number;
}

/** The outcome of a study so far. */
export interface StudyTally {
  readonly votes: number;
  readonly observers: number;
  readonly pairs: readonly PairTally[];
}

/** Counts the votes by pair of methods. Of an observer's several votes on one question the first counts. */
export function tallyVotes(study: Study, votes: readonly Vote[]): StudyTally {
  const first = new Map<string, Vote>();
  for (const vote of votes) {
    const key = JSON.stringify([vote.observer, vote.trial]);
    if (!first.has(key)) first.set(key, vote);
  }
  const counted = [...first.values()];
  return {
    votes: counted.length,
    observers: new Set(counted.map(({ observer }) => observer)).size,
    pairs: pairsOf(study.methods).map((methods) => pairTally(methods, counted)),
  };
}

function pairTally([one, other]: readonly [string, string], votes: readonly Vote[]): PairTally {
  const own = votes.filter(
    ({ left, right }) => (left === one && right === other) || (left === other && right === one),
  );
  const unsure = own.filter(({ choice }) => choice === 'unsure').length;
  const wins = own.filter((vote) => vote.choice !== 'unsure' && vote[vote.choice] === one).length;
  const decided = own.length - unsure;
  return {
    methods: [one, other],
    wins,
    losses: decided - wins,
    unsure,
    ...(decided > 0 && { share: wins / decided }),
    interval: winShareInterval(wins, decided),
    pValue: signTest(wins, decided),
  };
}
