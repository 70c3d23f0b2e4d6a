import { describe, expect, it } from 'vitest';
import { signTest, winShareInterval } from '../../src/evaluation/study/binomial.js';
import type { Study } from '../../src/evaluation/study/study-file.js';
import { tallyVotes } from '../../src/evaluation/study/tally.js';
import { trialsOf } from '../../src/evaluation/study/trials.js';
import type { Choice, Vote } from '../../src/evaluation/study/votes-file.js';

describe('signTest', () => {
  // 2 · Σ C(n, i) / 2ⁿ in exact fractions.
  it.each([
    [8, 10, 0.109375],
    [2, 10, 0.109375],
    [5, 10, 1],
    [10, 10, 0.001953125],
    [60, 100, 0.05688793364098078],
    [530, 1000, 0.062023195098401984],
  ])('of %i in %i', (wins, trials, p) => {
    expect(signTest(wins, trials)).toBeCloseTo(p, 9);
  });

  it('proves nothing by nothing', () => {
    expect(signTest(0, 0)).toBe(1);
  });
});

describe('winShareInterval', () => {
  // Clopper and Pearson's bounds: 1 − 0.025^(1/n) for no wins, tables of the beta distribution else.
  it.each([
    [8, 10, 0.4439045, 0.9747893],
    [0, 10, 0, 1 - 0.025 ** 0.1],
    [10, 10, 0.025 ** 0.1, 1],
    [50, 100, 0.3983211, 0.6016789],
  ])('of %i in %i', (wins, trials, low, high) => {
    const interval = winShareInterval(wins, trials);
    expect(interval[0]).toBeCloseTo(low, 6);
    expect(interval[1]).toBeCloseTo(high, 6);
  });

  it('says nothing without votes', () => {
    expect(winShareInterval(0, 0)).toEqual([0, 1]);
  });
});

const METHODS = ['a', 'b', 'c'];
const study: Study = {
  version: 1,
  seed: 'seed',
  methods: METHODS,
  pictures: Array.from({ length: 20 }, (_, i) => ({ name: `p${i}`, width: 8, height: 8, files: {} })),
};

describe('trialsOf', () => {
  it('asks each pair on each picture and background once', () => {
    const trials = trialsOf(study, 'Ann');
    const asked = trials.map(({ picture, background, left, right }) =>
      [picture, background, ...[left, right].sort()].join(),
    );
    expect(trials).toHaveLength(20 * 2 * 3);
    expect(new Set(asked).size).toBe(trials.length);
    expect(new Set(trials.map(({ id }) => id)).size).toBe(trials.length);
  });

  it('is the same each time, and another for another observer or seed', () => {
    const trials = trialsOf(study, 'Ann');
    expect(trialsOf(study, 'Ann')).toEqual(trials);
    expect(trialsOf(study, 'Bob')).not.toEqual(trials);
    expect(trialsOf({ ...study, seed: 'other' }, 'Ann')).not.toEqual(trials);
  });

  it('gives neither side an advantage', () => {
    const first = ['Ann', 'Bob', 'Cy', 'Dee'].flatMap((observer) =>
      trialsOf(study, observer).map(({ left, right }) => left < right),
    );
    const share = first.filter(Boolean).length / first.length;
    expect(signTest(first.filter(Boolean).length, first.length)).toBeGreaterThan(0.01);
    expect(share).toBeGreaterThan(0.4);
  });
});

describe('tallyVotes', () => {
  const vote = (observer: string, trial: string, sides: [string, string], choice: Choice): Vote => ({
    ...{ observer, trial, choice, picture: 'p0', background: 'black', seconds: 1, time: '' },
    ...{ left: sides[0], right: sides[1] },
  });

  it('counts from the first method’s side, whichever side it was shown on', () => {
    const { votes, observers, pairs } = tallyVotes(study, [
      vote('Ann', '1', ['a', 'b'], 'left'),
      vote('Ann', '2', ['b', 'a'], 'right'),
      vote('Bob', '1', ['b', 'a'], 'left'),
      vote('Bob', '2', ['a', 'b'], 'unsure'),
      vote('Bob', '3', ['c', 'b'], 'left'),
    ]);
    expect([votes, observers]).toEqual([5, 2]);
    expect(pairs[0]).toMatchObject({
      methods: ['a', 'b'],
      wins: 2,
      losses: 1,
      unsure: 1,
      share: 2 / 3,
      pValue: 1,
    });
    expect(pairs[1]).toEqual({
      methods: ['a', 'c'],
      wins: 0,
      losses: 0,
      unsure: 0,
      interval: [0, 1],
      pValue: 1,
    });
    expect(pairs[2]).toMatchObject({ methods: ['b', 'c'], wins: 0, losses: 1 });
  });

  it('counts an observer’s first answer to a question', () => {
    const { pairs } = tallyVotes(study, [
      vote('Ann', '1', ['a', 'b'], 'left'),
      vote('Ann', '1', ['a', 'b'], 'right'),
    ]);
    expect(pairs[0]).toMatchObject({ wins: 1, losses: 0 });
  });
});
