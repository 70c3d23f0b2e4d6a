/** Pictures whose drawing tells where the stream is: a second or more. */
const WINDOW = 31;
/** Milliseconds that sound may be off before it jumps: below what anybody sees, above what pictures jitter. */
const TOLERANCE = 25;

/**
 * When sound is to be played so that it fits the pictures. Pictures are drawn when they come, early or late; sound goes
 * on without a seam from packet to packet and jumps only when it has come to lie beside them.
 */
export class SoundClock {
  /** By how much the last pictures were drawn later than their own time, milliseconds. */
  #delays: number[] = [];
  /** Where the sound that was placed last ends, milliseconds. */
  #end: number | undefined;

  /** A picture was drawn. @param time - its own @param now - on the clock of the loudspeaker; milliseconds */
  shown(time: number, now: number): void {
    this.#delays.push(now - time);
    if (this.#delays.length > WINDOW) this.#delays.shift();
  }

  /**
   * When to play a packet, milliseconds on the loudspeaker's clock; undefined: not at all, it is too late or there is no
   * picture yet.
   */
  place(time: number, duration: number, now: number): number | undefined {
    if (this.#delays.length === 0) return undefined;
    const wanted = time + median(this.#delays);
    const seamless = this.#end !== undefined && Math.abs(this.#end - wanted) <= TOLERANCE;
    const start = seamless ? this.#end! : wanted;
    this.#end = start < now ? undefined : start + duration;
    return start < now ? undefined : start;
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
