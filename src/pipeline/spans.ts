import type { FramePool } from '../core/frame-pool.js';
import type { Frame } from '../core/frame.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import { partOf, type Span } from '../ingest/clip-part.js';
import { readFrames, salvageFrames } from '../ingest/read-frames.js';
import type { Segment } from '../output/segment.js';

/** The frames of some segments, neighbours as one span. */
export function spansOf(segments: readonly Segment[]): Span[] {
  const spans: { first: number; count: number }[] = [];
  for (const { first, count } of segments) {
    const last = spans.at(-1);
    if (last && last.first + last.count === first) last.count += count;
    else spans.push({ first, count });
  }
  return spans;
}

/**
 * Reads the frames of a run's spans, one span after another.
 *
 * @param salvage - the clip may be damaged
 * @throws as `readFrames` and `salvageFrames`
 */
export async function* readSpans(
  ffmpeg: Ffmpeg,
  clip: Clip,
  spans: readonly Span[],
  pool: FramePool,
  { salvage, signal }: { salvage: boolean; signal: AbortSignal },
): AsyncGenerator<Frame> {
  if (salvage) {
    const wanted = (index: number): boolean =>
      spans.some(({ first, count }) => index >= first && index < first + count);
    yield* salvageFrames(ffmpeg, clip, pool, signal, wanted);
    return;
  }
  for (const span of spans) yield* readFrames(ffmpeg, partOf(clip, span), pool, signal, span.first);
}

/** Frames in all. */
export function framesOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { count }) => sum + count, 0);
}

/** Which frames are the last of a segment. */
export function segmentEnds(segments: readonly Segment[]): (index: number) => boolean {
  const length = segments[0]!.count;
  const last = segments.at(-1)!;
  return (index) => (index + 1) % length === 0 || index === last.first + last.count - 1;
}

/**
 * Which frames end a batch in a run of segments: the last of every segment, and every few before it. What shares a batch
 * can show in a network's last digits; so it depends on the segment alone, not on where a run begins.
 *
 * @param frames - between two ends at most: as many as the pool can hold of them
 */
export function batchEnds(segments: readonly Segment[], frames: number): (index: number) => boolean {
  const length = segments[0]!.count;
  const endsSegment = segmentEnds(segments);
  return (index) => ((index % length) + 1) % frames === 0 || endsSegment(index);
}
