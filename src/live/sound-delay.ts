import type { StreamPacket } from '../output/flv-packets.js';

/**
 * Milliseconds that sound may be ahead of the pictures: more than lies between two pictures on any rung, so that it need not
 * break off until the next one has come.
 */
const LEAD = 250;
/** Packets that wait at most, some ten seconds: pictures that do not come any more must not fill the memory. */
const MOST_WAITING = 500;

/** Holds sound back until the picture it belongs to has been matted. */
export class SoundDelay {
  #waiting: StreamPacket[] = [];
  /** Of the last picture that left, milliseconds. */
  #shown = -Infinity;

  /** @returns what may go now, in order */
  add(packet: StreamPacket): readonly StreamPacket[] {
    this.#waiting.push(packet);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    return this.#release();
  }

  /** A picture has left. @param time - milliseconds @returns what may follow it, in order */
  shown(time: number): readonly StreamPacket[] {
    this.#shown = time;
    return this.#release();
  }

  #release(): readonly StreamPacket[] {
    const held = this.#waiting.findIndex(({ time }) => time > this.#shown + LEAD);
    return this.#waiting.splice(0, held < 0 ? this.#waiting.length : held);
  }
}
