import type { FrameScale } from '../core/frame.js';

/** How much work a frame is given. Each rung does less than the one before. */
export interface Rung {
  /** In words, for whoever watches. */
  readonly name: string;
  /** Alpha is kept where neither picture nor trimap has changed. */
  readonly reuse: boolean;
  /** Stage 1 sees the frame smaller than it would by this factor. */
  readonly shrink: FrameScale;
  readonly stage2: boolean;
  /** Of so many frames one is matted; the others' unknown pixels get the alpha of the last one, moved along the flow. */
  readonly every: 1 | 2;
}

/** From full quality to the least work; what costs least quality goes first. */
export const LADDER: readonly [Rung, ...Rung[]] = [
  { name: 'full', reuse: false, shrink: 1, stage2: true, every: 1 },
  { name: 'unchanged regions kept', reuse: true, shrink: 1, stage2: true, every: 1 },
  { name: 'no stage 2', reuse: true, shrink: 1, stage2: false, every: 1 },
  { name: 'stage 1 at half size', reuse: true, shrink: 2, stage2: false, every: 1 },
  { name: 'every second frame', reuse: true, shrink: 2, stage2: false, every: 2 },
];

/** Where a session stands, and what has been seen since it got there. Milliseconds throughout. */
export interface LadderState {
  /** Index into `LADDER`. */
  readonly rung: number;
  /** When it came to this rung, and whether from below. */
  readonly since: number;
  readonly climbed: boolean;
  /** Smoothed; undefined until a frame has been finished on this rung. */
  readonly latency: number | undefined;
  /** Which way latency leads, and since when without a break. */
  readonly leaning: { readonly to: 'up' | 'down'; readonly since: number } | undefined;
  /** How long latency must stay low before it climbs. */
  readonly patience: number;
}

/** Milliseconds of latency above which a session gives up quality, and below which it tries for more. */
export interface LadderTargets {
  readonly most: number;
  readonly comfortable: number;
}

/** For how long latency must be too high before quality is given up. */
const HASTE = 700;
const LEAST_PATIENCE = 4000;
const MOST_PATIENCE = 60_000;
/** A climb that has to be taken back within this time was a mistake: the next one waits twice as long. */
const REGRET = 8000;
/** Weight of a frame's latency in the smoothed one. */
const SHARE = 0.2;

export function startLadder(now: number): LadderState {
  return {
    rung: 0,
    since: now,
    climbed: false,
    latency: undefined,
    leaning: undefined,
    patience: LEAST_PATIENCE,
  };
}

/**
 * One finished frame's part in where the session stands. Down when latency has been above `most` for a moment, up when it
 * has been below `comfortable` for long; one rung at a time, and each rung is judged by its own frames alone.
 *
 * @param now - when the frame was finished
 * @param seen - milliseconds from its arrival to then
 */
export function climb(
  state: LadderState,
  { now, latency: seen }: { readonly now: number; readonly latency: number },
  targets: LadderTargets,
): LadderState {
  const latency = state.latency === undefined ? seen : state.latency + SHARE * (seen - state.latency);
  const to = direction(state.rung, latency, targets);
  if (!to) return { ...state, latency, leaning: undefined };
  const leaning = state.leaning?.to === to ? state.leaning : { to, since: now };
  if (now - leaning.since < (to === 'down' ? HASTE : state.patience)) return { ...state, latency, leaning };
  return {
    ...startLadder(now),
    rung: state.rung + (to === 'down' ? 1 : -1),
    climbed: to === 'up',
    patience: to === 'up' ? state.patience : patienceAfterFall(state, now),
  };
}

function direction(
  rung: number,
  latency: number,
  { most, comfortable }: LadderTargets,
): 'up' | 'down' | undefined {
  if (latency > most && rung < LADDER.length - 1) return 'down';
  if (latency < comfortable && rung > 0) return 'up';
  return undefined;
}

function patienceAfterFall({ climbed, since, patience }: LadderState, now: number): number {
  const regretted = climbed && now - since < REGRET;
  return regretted ? Math.min(MOST_PATIENCE, 2 * patience) : patience;
}
