/** Pictures whose drawing tells where the stream is: a second or more. */
const WINDOW = 31;
/** By how much sound is stretched or squeezed at most to come back to the pictures: a sixth of a semitone. */
const STRETCH = 0.01;
/** Milliseconds in which it would be back if it could be stretched by any amount. */
const RETURN = 1000;
/** Milliseconds that it may be off before it jumps: more can be noticed, and to come back would take long. */
const FARTHEST = 40;

/** Sound to be played, milliseconds. */
export interface SoundPiece {
  /** When it belongs, on the pictures' clock. */
  readonly time: number;
  readonly duration: number;
  /** From one sample of the loudspeaker to the next. */
  readonly tick: number;
}

/** The clock of the loudspeaker beside the page's, milliseconds. */
export interface Loudspeaker {
  /** The earliest at which something can still be played. */
  readonly now: number;
  /** By how much it is ahead of the page's where something is heard. */
  readonly ahead: number;
}

/** When to play a piece, and for how long; milliseconds on the loudspeaker's clock. */
export interface SoundPlace {
  readonly start: number;
  /** Whole ticks, so that the next piece follows without a seam. */
  readonly duration: number;
}

/**
 * When sound is to be played so that it fits the pictures. Pictures are drawn when they come, early or late; sound goes
 * on without a seam from piece to piece, a little slower or faster where it lies beside them, and jumps only when that
 * would take long.
 */
export class SoundClock {
  /** By how much the last pictures were drawn later than their own time, milliseconds of the page's clock. */
  #delays: number[] = [];
  /** Where the sound that was placed last ends, milliseconds of the loudspeaker's. */
  #end: number | undefined;

  /** A picture was drawn. @param time - its own @param now - on the page's clock; milliseconds */
  shown(time: number, now: number): void {
    this.#delays.push(now - time);
    if (this.#delays.length > WINDOW) this.#delays.shift();
  }

  /** Where a piece goes; undefined: nowhere, it is too late or there is no picture yet. */
  place({ time, duration, tick }: SoundPiece, { now, ahead }: Loudspeaker): SoundPlace | undefined {
    if (this.#delays.length === 0) return undefined;
    const wanted = time + median(this.#delays) + ahead;
    const follows = this.#end !== undefined && Math.abs(wanted - this.#end) <= FARTHEST;
    const start = follows ? this.#end! : wanted;
    if (start < now) {
      this.#end = undefined;
      return undefined;
    }
    const stretch = Math.min(Math.max((wanted - start) / RETURN, -STRETCH), STRETCH);
    const place = { start, duration: tick * Math.round((duration * (1 + stretch)) / tick) };
    this.#end = start + place.duration;
    return place;
  }

  /** Nothing is played for a while: what follows need not join what was played last. */
  pause(): void {
    this.#end = undefined;
  }

  /** Another stream follows. */
  restart(): void {
    this.#delays = [];
    this.#end = undefined;
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
