import type { Size } from '../trimap/picture.js';
import { KeyframeTrimaps } from './keyframe-trimaps.js';
import type { LiveTrimaps } from './trimap-source.js';

/** Pictures kept of the time that painting takes; when there are more, every second one goes. */
const MOST_PICTURES = 32;
/** Pictures that are caught up with while the stream shows one more. */
const STRIDE = 2;

/**
 * A keyframe that is painted while the stream goes on, and so is old when it comes. Pictures shown since it was taken are
 * kept, evenly spread over whatever time that was, and the painted trimap is carried along them, a few with each frame
 * of the stream, until it has caught up: the stream neither stops for it nor starts from a picture that is long gone.
 */
export class KeyframeChase {
  readonly #size: Size;
  readonly #taken: Uint8Array;
  readonly #since: Uint8Array[] = [];
  /** Of so many pictures one is kept. */
  #spacing = 1;
  #seen = 0;
  #trimaps: KeyframeTrimaps | undefined;
  readonly #scratch: Uint8Array;

  /** @param taken - the picture that is being painted: interleaved R′G′B′ bytes, `size`; kept */
  constructor(taken: Uint8Array, size: Size) {
    this.#taken = taken;
    this.#size = size;
    this.#scratch = new Uint8Array(size.width * size.height);
  }

  /** Sees each picture that is shown meanwhile, and copies those it keeps. */
  see(rgb: Uint8Array): void {
    if (this.#seen++ % this.#spacing !== 0) return;
    this.#since.push(rgb.slice());
    if (this.#since.length < MOST_PICTURES || this.#trimaps) return;
    this.#spacing *= 2;
    // The first of each pair goes: the newest picture stays.
    for (let i = 0; 2 * i + 1 < MOST_PICTURES; i++) this.#since[i] = this.#since[2 * i + 1]!;
    this.#since.length = MOST_PICTURES >> 1;
    this.#seen = 1;
  }

  get painted(): boolean {
    return this.#trimaps !== undefined;
  }

  /** It has been painted. @param trimap - 0, 128, 255, `size` */
  paint(trimap: Uint8Array): void {
    this.#trimaps = new KeyframeTrimaps(this.#taken, trimap, this.#size);
  }

  /** Goes some pictures on. @returns the source, once the next picture is the present one */
  advance(): LiveTrimaps | undefined {
    if (!this.#trimaps) return undefined;
    for (const picture of this.#since.splice(0, STRIDE)) this.#trimaps.next(this.#scratch, picture);
    return this.#since.length === 0 ? this.#trimaps : undefined;
  }
}
