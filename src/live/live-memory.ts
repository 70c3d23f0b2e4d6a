import { compiledUrl } from '../core/compiled.js';
import type { FrameFormat, FrameMemory } from '../core/frame.js';
import { ThreadPool } from '../core/thread.js';
import type { StageClock } from '../pipeline/stage-clock.js';
import type { KeyframeInput, TakenPicture, TrimapNetworkInput } from './live-worker.js';
import type { TrimapState } from './picture-state.js';

/** The thread of what is remembered from frame to frame (`live-worker.ts`): trimaps, the last matte. */
export class LiveMemory {
  readonly #thread = new ThreadPool(compiledUrl('./live-worker.js', import.meta.url), { threads: 1 });
  readonly #clock: StageClock;
  readonly #signal: AbortSignal;
  /** Those who want the next frame's picture. */
  #takers: ((picture: TakenPicture) => void)[] = [];

  constructor(clock: StageClock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Streams that begin from now on get their trimaps from a network. @throws as `openTrimapNetwork` */
  openNetwork(input: TrimapNetworkInput): Promise<void> {
    return this.#run('openNetwork', input);
  }

  /** Pictures of a new stream follow; trimaps start anew. */
  begin(format: FrameFormat): Promise<void> {
    return this.#run('open', format);
  }

  /** The next frames show nothing but the background: they become the plate. */
  capturePlate(): Promise<void> {
    return this.#run('capturePlate', undefined);
  }

  useKeyframe(keyframe: KeyframeInput): Promise<void> {
    return this.#run('useKeyframe', keyframe);
  }

  /** The next frame's picture, to be painted on; never, when no frame follows. */
  takePicture(): Promise<TakenPicture> {
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  /** @param trimap - of the picture taken last, `reducedSize` @returns false when that is no more */
  paint(trimap: Uint8Array): Promise<boolean> {
    return this.#run('paint', trimap);
  }

  fillTrimap(memory: FrameMemory): Promise<TrimapState> {
    return this.#run('fillTrimap', memory);
  }

  /** Alpha and trimap moved from the last matted frame. @returns whether that could be done */
  move(memory: FrameMemory): Promise<boolean> {
    return this.#run('move', memory);
  }

  /** Leaves only what has changed to be matted. @returns the share of blocks that keep their alpha, 0..1 */
  keep(memory: FrameMemory): Promise<number> {
    return this.#run('keep', memory);
  }

  /** After matting. @param kept - whether `keep` was called for this frame */
  finish(memory: FrameMemory, kept: boolean): Promise<void> {
    return this.#run('finish', { memory, kept });
  }

  /** Gives the frame's picture, as it has come, to who has asked for it. */
  async show(memory: FrameMemory): Promise<void> {
    const takers = this.#takers;
    if (takers.length === 0) return;
    this.#takers = [];
    const picture = await this.#run<TakenPicture>('takePicture', memory);
    for (const take of takers) take(picture);
  }

  /** Fills the frame's `packed` with colour and alpha, stacked. */
  pack(memory: FrameMemory): Promise<void> {
    return this.#run('pack', memory);
  }

  async close(): Promise<void> {
    await this.#run('close', undefined);
    await this.#thread.close();
  }

  #run<T>(name: string, input: unknown): Promise<T> {
    return this.#thread.run<T>(name, input, { signal: this.#signal, busy: this.#clock.counter(name) });
  }
}
