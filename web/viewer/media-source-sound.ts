import { fragment, soundSegment } from './boxes.js';
import { openSource } from './media-source.js';
import type { SoundFormat, SoundPacket, SoundPlayer } from './sound.js';

/** Samples of an AAC frame. */
const FRAME = 1024;
/** Milliseconds that a packet's time may be off before it counts as a gap: it is rounded. */
const ROUNDING = 25;
/** Milliseconds that sound may lie beside the picture. */
const TOLERANCE = 30;
/** Seconds that are kept of what has been heard. */
const KEPT = 10;
/** Fragments that may wait for the browser. */
const MOST_WAITING = 200;

/**
 * Decodes with Media Source Extensions in an element of its own: one with the pictures would hold them up wherever sound
 * is missing.
 */
export class MediaSourceSound implements SoundPlayer {
  readonly #audio = new Audio();
  #buffer: SourceBuffer | undefined;
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #format: SoundFormat | undefined;
  /** The first packet's time, milliseconds; the element's clock begins there. */
  #first: number | undefined;
  /** Samples since then, and packets. */
  #samples = 0;
  #packets = 0;

  constructor() {
    this.#audio.muted = true;
  }

  begin(format: SoundFormat): void {
    this.#format = format;
    this.#first = undefined;
    this.#samples = 0;
    this.#buffer = undefined;
    this.#waiting = [soundSegment(format)];
    openSource(this.#audio, `audio/mp4; codecs="${format.codec}"`, (buffer) => {
      buffer.addEventListener('updateend', () => this.#feed());
      this.#buffer = buffer;
      this.#feed();
    });
  }

  take({ time, data }: SoundPacket): void {
    if (!this.#format || this.#waiting.length > MOST_WAITING) return;
    const { sampleRate } = this.#format;
    this.#first ??= time;
    const wanted = Math.round(((time - this.#first) * sampleRate) / 1000);
    if (Math.abs(wanted - this.#samples) > (ROUNDING * sampleRate) / 1000) this.#samples = wanted;
    const packet = { key: true, number: this.#packets, time: this.#samples, data };
    this.#waiting.push(fragment(packet, FRAME));
    this.#samples += FRAME;
    this.#packets += 1;
    this.#feed();
  }

  shown(time: number): void {
    const audio = this.#audio;
    if (audio.muted || this.#first === undefined || audio.seeking) return;
    const wanted = (time - this.#first) / 1000;
    if (Math.abs(wanted - audio.currentTime) < TOLERANCE / 1000) return;
    for (let i = 0; i < audio.buffered.length; i++)
      if (audio.buffered.start(i) <= wanted && wanted < audio.buffered.end(i)) audio.currentTime = wanted;
  }

  async play(): Promise<boolean> {
    this.#audio.muted = false;
    if (this.#format) await this.#audio.play().catch(() => (this.#audio.muted = true));
    return !this.#audio.muted;
  }

  mute(): void {
    this.#audio.muted = true;
  }

  end(): void {
    this.#format = undefined;
    this.#audio.pause();
  }

  #feed(): void {
    const buffer = this.#buffer;
    if (!buffer || buffer.updating) return;
    const { buffered, currentTime } = this.#audio;
    if (buffered.length > 0 && buffered.start(0) < currentTime - 2 * KEPT) {
      buffer.remove(0, currentTime - KEPT);
      return;
    }
    const next = this.#waiting.shift();
    if (next) buffer.appendBuffer(next);
  }
}
