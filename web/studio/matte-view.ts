import { at, settled, wordsOf } from './dom.js';
import { Pictures } from './pictures.js';
import { call } from './server.js';

/** What the matte is shown over; `alpha`: the matte itself. */
export type Over = 'checker' | 'black' | 'white' | 'colour' | 'alpha';

/** Milliseconds without a stroke before a matte is asked for. */
const PAUSE = 250;

export interface WantedMatte {
  readonly number: number;
  readonly key: string;
}

/** What is matted, and who knows whether it is still wanted. */
export interface MatteSource {
  /**
   * The frame to matte, under a key that changes with everything its matte depends on; undefined when it is not known
   * yet, or nobody looks.
   */
  wanted(): WantedMatte | 'nothing' | undefined;
  /** Resolves when the server has all strokes. */
  delivered(): Promise<void>;
}

/** The matte of the frame that is shown, made anew when its trimap has changed. */
export class MatteView {
  readonly #canvas = at('matte', HTMLCanvasElement);
  readonly #stage = this.#canvas.parentElement!;
  readonly #pictures = new Pictures(8);
  readonly #source: MatteSource;
  /** Asks for the matte of what is wanted now, in a moment. */
  readonly refresh: () => void;
  #over: Over = 'checker';
  #busy = false;
  #shown: { readonly key: string; readonly number: number; readonly id: string } | undefined;

  constructor(source: MatteSource) {
    this.#source = source;
    const ask = settled(PAUSE, () => void this.#ask());
    this.refresh = () => {
      // The matte of another frame would only mislead; that of an earlier stroke is better than none.
      if (this.#shown && this.#wanted()?.number !== this.#shown.number) this.#clear('');
      ask();
    };
  }

  get over(): Over {
    return this.#over;
  }

  show(over: Over): void {
    this.#over = over;
    this.#stage.dataset.over = over;
    this.#draw().catch((error: unknown) => this.#say(wordsOf(error)));
  }

  #wanted(): WantedMatte | undefined {
    const wanted = this.#source.wanted();
    return wanted === 'nothing' ? undefined : wanted;
  }

  /** Makes one after another; what has changed meanwhile is made next. */
  async #ask(): Promise<void> {
    const wanted = this.#wanted();
    if (this.#source.wanted() === 'nothing') this.#clear('no trimap: paint one, or propagate');
    if (this.#busy || !wanted || wanted.key === this.#shown?.key) return;
    this.#busy = true;
    this.#say('matting …');
    try {
      await this.#source.delivered();
      const response = await call(`/frames/${wanted.number}/matte`, {});
      if (response.status === 204) return;
      const matte = (await response.json()) as { id: string; seconds: number };
      this.#shown = { ...wanted, id: matte.id };
      if (this.#wanted()?.number === wanted.number) await this.#draw();
      this.#say(`matte in ${matte.seconds.toFixed(1)} s`);
    } catch (error) {
      this.#say(wordsOf(error));
    } finally {
      this.#busy = false;
    }
    if (this.#wanted()?.key !== wanted.key) this.refresh();
  }

  async #draw(): Promise<void> {
    if (!this.#shown) return;
    const { id } = this.#shown;
    const over = this.#over;
    const picture = await this.#pictures.get(`/mattes/${id}/${over === 'alpha' ? 'alpha' : 'cutOut'}`);
    if (id !== this.#shown.id || over !== this.#over) return;
    const context = this.#canvas.getContext('2d')!;
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.drawImage(picture, 0, 0);
    this.#canvas.dataset.matte = this.#shown.key;
  }

  #clear(why: string): void {
    this.#shown = undefined;
    delete this.#canvas.dataset.matte;
    this.#canvas.getContext('2d')!.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#say(why);
  }

  #say(text: string): void {
    at('preview-caption').textContent = text;
  }
}
