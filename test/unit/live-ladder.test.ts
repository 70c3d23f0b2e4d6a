import { describe, expect, it } from 'vitest';
import { climb, LADDER, startLadder, type LadderState } from '../../src/live/ladder.js';

const TARGETS = { most: 250, comfortable: 125 };

/** Feeds frames of one latency, ten a second, for some seconds. */
function feed(state: LadderState, seconds: number, latency: number, from = state.since): LadderState {
  let now = from;
  let next = state;
  for (const end = from + 1000 * seconds; now < end; now += 100)
    next = climb(next, { now, latency }, TARGETS);
  return next;
}

describe('the ladder', () => {
  it('begins at full quality and stays where latency is between the targets', () => {
    const state = feed(startLadder(0), 60, 200);
    expect(state.rung).toBe(0);
    expect(feed({ ...state, rung: 2 }, 60, 200).rung).toBe(2);
  });

  it('does less work at every rung', () => {
    for (const [i, rung] of LADDER.slice(1).entries()) {
      const above = LADDER[i]!;
      expect(Number(rung.reuse)).toBeGreaterThanOrEqual(Number(above.reuse));
      expect(rung.shrink).toBeGreaterThanOrEqual(above.shrink);
      expect(Number(rung.stage2)).toBeLessThanOrEqual(Number(above.stage2));
      expect(rung.every).toBeGreaterThanOrEqual(above.every);
    }
  });

  it('goes down one rung at a time, within seconds, and no further than the last', () => {
    expect(feed(startLadder(0), 0.6, 400).rung).toBe(0);
    expect(feed(startLadder(0), 1, 400).rung).toBe(1);
    expect(feed(startLadder(0), 60, 400).rung).toBe(LADDER.length - 1);
  });

  it('takes no single slow frame for a trend', () => {
    let state = startLadder(0);
    for (let n = 0; n < 300; n += 1)
      state = climb(state, { now: 100 * n, latency: n % 20 === 0 ? 800 : 100 }, TARGETS);
    expect(state.rung).toBe(0);
  });

  it('climbs back when there has been room for long', () => {
    const low = { ...startLadder(0), rung: 3 };
    expect(feed(low, 3.9, 50).rung).toBe(3);
    expect(feed(low, 4.3, 50).rung).toBe(2);
    expect(feed(low, 20, 50).rung).toBe(0);
  });

  it('waits ever longer before a climb that keeps failing', () => {
    // The rung above is always too slow, the one below always fast.
    let state = startLadder(0);
    const changes: number[] = [];
    for (let now = 0; now < 300_000; now += 100) {
      const next = climb(state, { now, latency: state.rung === 0 ? 400 : 60 }, TARGETS);
      if (next.rung === 0 && state.rung === 1) changes.push(now);
      state = next;
    }
    const waits = changes.slice(1).map((at, i) => at - changes[i]!);
    expect(changes.length).toBeLessThan(10);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.at(-1)).toBeGreaterThan(55_000);
  });
});
