/**
 * The two-sided sign test: how likely a split at least as uneven would be if both were as good.
 *
 * @param wins - of `trials`, whole numbers
 * @returns 0..1; 1 when there are no trials
 */
export function signTest(wins: number, trials: number): number {
  return Math.min(1, 2 * atMost(Math.min(wins, trials - wins), trials, 0.5));
}

/**
 * The exact interval of Clopper and Pearson ("The use of confidence or fiducial limits illustrated in the case of the
 * binomial", Biometrika 1934): the shares of wins that a test at `1 − confidence` would not reject.
 *
 * @returns the ends, 0..1; all of it when there are no trials
 */
export function winShareInterval(wins: number, trials: number, confidence = 0.95): readonly [number, number] {
  const tail = (1 - confidence) / 2;
  const low = wins === 0 ? 0 : crossing((p) => 1 - atMost(wins - 1, trials, p) < tail);
  const high = wins === trials ? 1 : crossing((p) => atMost(wins, trials, p) > tail);
  return [low, high];
}

/** Where a condition that holds from 0 on ends, to the last bit that matters. */
function crossing(holds: (p: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X ≤ k) of the binomial distribution, 0 < p < 1; in logarithms, as n may be thousands. */
function atMost(k: number, n: number, p: number): number {
  const odds = Math.log(p) - Math.log1p(-p);
  let term = n * Math.log1p(-p);
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(term);
    term += odds + Math.log((n - i) / (i + 1));
  }
  return Math.min(1, sum);
}
