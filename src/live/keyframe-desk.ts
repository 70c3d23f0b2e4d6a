import { MatteflowError } from '../core/errors.js';
import type { Size } from '../trimap/picture.js';
import { reduceTrimap } from '../trimap/reduce.js';
import { allKnownError, BACKGROUND, FOREGROUND, unknownCount } from '../trimap/trimap.js';
import type { TakenPicture } from './live-worker.js';
import type { LiveMemory } from './live-memory.js';
import { keyframeSizeError, type PaintedKeyframe } from './read-keyframe.js';
import { reducedSize } from './reduced-picture.js';

/** A picture of the stream that is out to be painted. */
export interface PictureOnDesk extends TakenPicture {
  /** It is asked for, and painted, by this. */
  readonly number: number;
}

type DeskMemory = Pick<LiveMemory, 'takePicture' | 'paint' | 'useKeyframe'>;

/** Where keyframes are painted: one picture at a time, of the stream that is there. */
export class KeyframeDesk {
  readonly #memory: DeskMemory;
  /** What a stream begins with: what was painted last, or was given at the start. */
  #keyframe: PaintedKeyframe | undefined;
  #picture: PictureOnDesk | undefined;
  #number = 0;
  #stream: { readonly ended: Promise<never>; readonly end: () => void } | undefined;

  /** @param keyframe - given at the start */
  constructor(memory: DeskMemory, keyframe: PaintedKeyframe | undefined) {
    this.#memory = memory;
    this.#keyframe = keyframe;
  }

  /** A stream begins. @throws MatteflowError `TRIMAP_SIZE` when the keyframe is not of its size */
  async begin(size: Size): Promise<void> {
    this.end();
    let end = (): void => undefined;
    const ended = new Promise<never>((_, reject) => (end = () => reject(noStream())));
    ended.catch(() => undefined);
    this.#stream = { ended, end };
    const keyframe = this.#keyframe;
    if (!keyframe) return;
    if (keyframe.width !== size.width || keyframe.height !== size.height)
      throw keyframeSizeError(keyframe, size);
    await this.#memory.useKeyframe(keyframe);
  }

  /** It is over: what was taken from it cannot be painted any more. */
  end(): void {
    this.#stream?.end();
    this.#stream = this.#picture = undefined;
  }

  /** Takes the next frame's picture; the one that was taken before is no more. @throws MatteflowError `INPUT_MISSING` */
  async take(): Promise<PictureOnDesk> {
    if (!this.#stream) throw noStream();
    const taken = await Promise.race([this.#memory.takePicture(), this.#stream.ended]);
    this.#number += 1;
    this.#picture = { ...taken, number: this.#number };
    return this.#picture;
  }

  /** The picture of that number, if it still is the one to be painted. */
  picture(number: number): PictureOnDesk | undefined {
    return this.#picture?.number === number ? this.#picture : undefined;
  }

  /**
   * Trimaps come from here from now on, and from what was painted before no more.
   *
   * @param painted - a byte a pixel: 0 background, 255 foreground, else unknown
   * @throws MatteflowError `INPUT_MISSING` when the picture is no more, `TRIMAP_SIZE`, `TRIMAP_ALL_KNOWN`,
   *   `TRIMAP_INVALID` when no foreground or no background is painted
   */
  async paint(number: number, painted: Uint8Array): Promise<void> {
    const picture = this.picture(number);
    if (!picture) throw pictureGone();
    checkPainted(painted, picture);
    const { width, height, reduced: rgb } = picture;
    const size = reducedSize(picture);
    const trimap = new Uint8Array(size.width * size.height);
    reduceTrimap(trimap, painted, picture, size);
    if (!(await this.#memory.paint(trimap))) throw pictureGone();
    this.#picture = undefined;
    this.#keyframe = { width, height, rgb, trimap };
  }
}

function checkPainted(painted: Uint8Array, { width, height }: Size): void {
  if (painted.length !== width * height) {
    throw new MatteflowError('TRIMAP_SIZE', {
      what: 'the trimap is not of the size of its picture',
      seen: `${painted.length} bytes`,
      expected: `${width * height}, one a pixel`,
    });
  }
  if (unknownCount(painted) === 0) throw allKnownError('the keyframe');
  for (const [value, name] of [
    [FOREGROUND, 'foreground'],
    [BACKGROUND, 'background'],
  ] as const) {
    if (painted.includes(value)) continue;
    throw new MatteflowError('TRIMAP_INVALID', {
      what: `no ${name} is painted`,
      expected: 'some of both, for their colours are learnt',
      remedy: `Paint what is surely ${name}, however little`,
    });
  }
}

function noStream(): MatteflowError {
  return new MatteflowError('INPUT_MISSING', {
    what: 'nobody is publishing',
    remedy: 'Take the picture again when the stream is there',
  });
}

function pictureGone(): MatteflowError {
  return new MatteflowError('INPUT_MISSING', {
    what: 'the picture that was painted is no more: another one has been taken, or the stream has begun anew',
    remedy: 'Take a picture again',
  });
}
