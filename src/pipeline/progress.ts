/** How far a run is. */
export interface Progress {
  /** What is being done: the trimap pass runs before the matte. */
  readonly phase: 'trimaps' | 'matte' | 'join' | 'evaluate' | 'draw' | 'compose';
  /** Frames finished, of `frames` in the run; mattes where pictures are evaluated, pictures where a data set is made. */
  readonly frame: number;
  readonly frames: number;
  /** Frames a second since the phase began. */
  readonly fps: number;
  /** Seconds; Infinity until the first frame is done. */
  readonly secondsLeft: number;
}

/**
 * A counter that turns finished frames into `Progress`.
 *
 * @param before - frames that were finished when it began: they say nothing about the pace
 */
export function progressMeter(
  phase: Progress['phase'],
  report: ((progress: Progress) => void) | undefined,
  before = 0,
): (frame: number, frames: number) => void {
  const start = performance.now();
  return (frame, frames) => {
    const seconds = (performance.now() - start) / 1000;
    const fps = seconds > 0 ? (frame - before) / seconds : 0;
    report?.({ phase, frame, frames, fps, secondsLeft: fps > 0 ? (frames - frame) / fps : Infinity });
  };
}
