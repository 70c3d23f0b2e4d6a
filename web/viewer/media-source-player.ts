import { fragment, initialSegment } from './boxes.js';
import { openSource } from './media-source.js';
import { codecOf, type Draw, type Player, type VideoPacket } from './player.js';

/** Seconds behind the newest picture at which it jumps there. */
const MOST_BEHIND = 0.4;
const EDGE = 0.05;
/** Seconds that are kept of what has been shown. */
const KEPT = 10;
/** Fragments that may wait for the browser. */
const MOST_WAITING = 60;

/** Decodes with Media Source Extensions, where there is no WebCodecs: later by a tenth of a second, everywhere there. */
export class MediaSourcePlayer implements Player {
  readonly name = 'Media Source Extensions';
  readonly #draw: Draw;
  readonly #video: HTMLVideoElement;
  #buffer: SourceBuffer | undefined;
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  /** Its duration is known when the next one has come. */
  #last: VideoPacket | undefined;
  #first = 0;
  #dropped = 0;

  constructor(draw: Draw) {
    this.#draw = draw;
    this.#video = document.createElement('video');
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#watch();
  }

  get dropped(): number {
    return this.#dropped;
  }

  begin(avcC: Uint8Array, size: { width: number; height: number }): void {
    this.#buffer = undefined;
    this.#last = undefined;
    this.#waiting = [initialSegment(avcC, size)];
    openSource(this.#video, `video/mp4; codecs="${codecOf(avcC)}"`, (buffer) => {
      buffer.addEventListener('updateend', () => this.#feed());
      this.#buffer = buffer;
      this.#feed();
    });
  }

  take(packet: VideoPacket): void {
    const last = this.#last;
    if (!last) this.#first = packet.time;
    this.#last = { ...packet, time: packet.time - this.#first };
    if (!last) return;
    if (this.#waiting.length > MOST_WAITING) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(fragment(last, this.#last.time - last.time));
    this.#feed();
  }

  #feed(): void {
    const buffer = this.#buffer;
    if (!buffer || buffer.updating) return;
    const video = this.#video;
    const { buffered } = video;
    if (buffered.length > 0) {
      const end = buffered.end(buffered.length - 1);
      if (end - video.currentTime > MOST_BEHIND) video.currentTime = end - EDGE;
      if (buffered.start(0) < video.currentTime - 2 * KEPT) {
        buffer.remove(0, video.currentTime - KEPT);
        return;
      }
    }
    const next = this.#waiting.shift();
    if (next) buffer.appendBuffer(next);
  }

  #watch(): void {
    this.#video.requestVideoFrameCallback((_now, { mediaTime }) => {
      this.#draw(this.#video, 1000 * mediaTime + this.#first);
      this.#watch();
    });
  }
}
