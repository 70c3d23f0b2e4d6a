import { at, settled } from './dom.js';
import { Pictures } from './pictures.js';

/** Proxies kept: a second or two of scrubbing back and forth. */
const PROXIES = 90;
const FULL = 6;
/** Milliseconds on a frame before it is fetched at full size. */
const REST = 150;

/** The frame's picture: its proxy at once, and itself when one rests on it. */
export class PictureView {
  readonly #canvas = at('picture', HTMLCanvasElement);
  readonly #proxies = new Pictures(PROXIES);
  readonly #full = new Pictures(FULL);
  readonly #rest: () => void;
  readonly #onFault: (error: unknown) => void;
  /** Pictures of an earlier run may be of another clip. */
  #run: string;
  #number = -1;

  constructor(run: string, onFault: (error: unknown) => void) {
    this.#run = run;
    this.#onFault = onFault;
    this.#rest = settled(REST, () => void this.#draw(this.#full, 'full'));
  }

  /** @param stays - whether it is worth its full size, in a moment */
  async show(number: number, stays = true): Promise<void> {
    this.#number = number;
    if (stays) this.#rest();
    await this.#draw(this.#proxies, 'proxy');
  }

  /** Fetches a proxy before it is shown. @throws Refusal, TypeError as the server's calls do */
  async load(number: number): Promise<void> {
    await this.#proxies.get(this.#pathOf(number, 'proxy'));
  }

  /** The server has come back: what could not be fetched may be there now. */
  restart(run: string): void {
    this.#run = run;
    if (this.#number >= 0) void this.show(this.#number);
  }

  async #draw(pictures: Pictures, kind: 'proxy' | 'full'): Promise<void> {
    const number = this.#number;
    try {
      const picture = await pictures.get(this.#pathOf(number, kind));
      // A proxy that comes late must not replace the picture itself.
      const late = kind === 'proxy' && this.#canvas.dataset.shown === `full ${number}`;
      if (number !== this.#number || late) return;
      const { width, height } = this.#canvas;
      this.#canvas.getContext('2d')!.drawImage(picture, 0, 0, width, height);
      this.#canvas.dataset.shown = `${kind} ${number}`;
    } catch (error) {
      this.#onFault(error);
    }
  }

  #pathOf(number: number, kind: 'proxy' | 'full'): string {
    return `/frames/${number}/${kind}?run=${this.#run}`;
  }
}
