import type { ClipMeans, FrameScores } from './clip-results.js';
import type { TemporalError } from './temporal.js';

/** A clip's means from its frames', each counting alike. */
export function meanOfFrames(frames: readonly FrameScores[]): ClipMeans {
  const pairs = frames.flatMap(({ temporal }) => temporal ?? []);
  return {
    sad: mean(frames.map(({ sad }) => sad)),
    mse: mean(frames.map(({ mse }) => mse)),
    grad: mean(frames.map(({ grad }) => grad)),
    conn: mean(frames.map(({ conn }) => conn)),
    mad: mean(frames.map(({ mad }) => mad)),
    dtssd: meanError(pairs.map(({ dtssd }) => dtssd)),
    messddt: meanError(pairs.map(({ messddt }) => messddt)),
    flicker: mean(pairs.map(({ change }) => change.flicker)),
  };
}

/** A set's means from its clips', each counting alike; clips without pairs of frames do not count in temporal ones. */
export function meanOfClips(clips: readonly ClipMeans[]): ClipMeans {
  const moving = clips.filter(({ flicker }) => !Number.isNaN(flicker));
  return {
    sad: mean(clips.map(({ sad }) => sad)),
    mse: mean(clips.map(({ mse }) => mse)),
    grad: mean(clips.map(({ grad }) => grad)),
    conn: mean(clips.map(({ conn }) => conn)),
    mad: mean(clips.map(({ mad }) => mad)),
    dtssd: meanError(moving.map(({ dtssd }) => dtssd)),
    messddt: meanError(moving.map(({ messddt }) => messddt)),
    flicker: mean(moving.map(({ flicker }) => flicker)),
  };
}

function meanError(errors: readonly TemporalError[]): TemporalError {
  return {
    'frame-mean': mean(errors.map((error) => error['frame-mean'])),
    'unknown-sum': mean(errors.map((error) => error['unknown-sum'])),
  };
}

/** NaN of nothing. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
