import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace, Pacer } from '../../src/live/pacer.js';

/** The pace after pictures with these latencies, one every 80 ms. */
function paceAfter(latencies: readonly number[]): number {
  const pace = new Pace();
  return latencies.map((latency, n) => pace.next(80 * n, latency)).at(-1)!;
}
/** 100 pictures, the second of every two faster. */
const ALTERNATING = Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? 140 : 50));

describe('the pace that pictures leave at', () => {
  it('is that of the slower kind where two alternate', () => {
    expect(paceAfter(ALTERNATING)).toBeCloseTo(140);
  });

  it('does not wait for the few that are slowest', () => {
    expect(
      paceAfter(Array.from({ length: 100 }, (_, n) => (n % 10 === 0 ? 400 : 100 + (n % 3)))),
    ).toBeCloseTo(102);
  });

  it('follows at once while little is known, and in some seconds later', () => {
    expect(paceAfter([600, 140, 140, 140, 140, 140])).toBe(140);
    const slower = (pictures: number): number =>
      paceAfter([...ALTERNATING, ...Array<number>(pictures).fill(240)]);
    expect(slower(10)).toBeLessThan(190);
    expect(slower(100)).toBeGreaterThan(235);
  });
});

describe('a pacer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Gives pictures whose frames came every 100 ms when they are ready; which left when, on the frames' clock. */
  async function pace(latencies: readonly number[]): Promise<{ number: number; at: number }[]> {
    const left: { number: number; at: number }[] = [];
    const begun = performance.now();
    const pacer = new Pacer<number>((number) => left.push({ number, at: performance.now() - begun }));
    for (const [number, latency] of latencies.entries()) {
      await vi.advanceTimersByTimeAsync(begun + 100 * number + latency - performance.now());
      pacer.take(number, begun + 100 * number);
    }
    await vi.advanceTimersByTimeAsync(1000);
    pacer.close();
    return left;
  }

  it('lets pictures leave at even distances that are ready at uneven ones', async () => {
    const left = await pace(ALTERNATING);
    expect(left.map(({ number }) => number)).toEqual(ALTERNATING.map((_, number) => number));
    const distances = left.slice(1).map(({ at }, n) => at - left[n]!.at);
    expect(Math.min(...distances)).toBeGreaterThan(97);
    expect(Math.max(...distances)).toBeLessThan(103);
  });

  it('lets one that is late leave at once, and none overtakes it', async () => {
    const left = await pace([...ALTERNATING, 50, 190, 110, 50]);
    expect(left.map(({ number }) => number)).toEqual(Array.from({ length: 104 }, (_, number) => number));
    expect(left.at(-3)!.at - 10_100).toBeCloseTo(190, -1);
    expect(left.at(-1)!.at - 10_300).toBeCloseTo(140, -1);
  });

  it('lets none leave once it is closed', async () => {
    const left: number[] = [];
    const pacer = new Pacer<number>((number) => left.push(number));
    pacer.take(1, performance.now() - 100);
    await vi.advanceTimersByTimeAsync(10);
    pacer.take(2, performance.now());
    pacer.close();
    await vi.advanceTimersByTimeAsync(1000);
    expect(left).toEqual([1]);
  });
});
