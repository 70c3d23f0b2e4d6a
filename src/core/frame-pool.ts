import { aborted, throwIfAborted } from './errors.js';
import {
  allocateFrame,
  viewPlanes,
  type FrameFormat,
  type FrameMemory,
  type FramePlanes,
  type FrameRoom,
} from './frame.js';

/** A frame's memory on loan. `giveBack` is called once, by the frame that was made of it. */
export interface FrameSlot {
  readonly memory: FrameMemory;
  readonly planes: FramePlanes;
  readonly giveBack: () => void;
}

/**
 * A fixed number of frames' memory, lent out one at a time: the pipeline's only backpressure.
 * The decoder awaits a slot before it reads, so that no stage ever holds more than `size` frames between them.
 * Memory is allocated at first use and reused; its contents are whatever the last user left.
 */
export class FramePool {
  readonly size: number;
  readonly #format: FrameFormat;
  readonly #packedBytes: number;
  readonly #room: FrameRoom;
  readonly #free: FrameSlot[] = [];
  /** Those who asked while nothing was free, oldest first. */
  readonly #waiting: ((slot: FrameSlot) => void)[] = [];
  readonly #onStarved = new Set<() => void>();
  #allocated = 0;

  constructor(format: FrameFormat, options: FrameRoom & { size: number; packedBytes: number }) {
    this.size = options.size;
    this.#format = format;
    this.#packedBytes = options.packedBytes;
    this.#room = options;
  }

  /** Frames lent out and not yet released. */
  get inUse(): number {
    return this.#allocated - this.#free.length;
  }

  /** True while the source waits for a slot: nothing more will come until a frame is released. */
  get starved(): boolean {
    return this.#waiting.length > 0;
  }

  /** Calls `listener` whenever the pool becomes starved; returns the way to stop that. */
  onStarved(listener: () => void): () => void {
    this.#onStarved.add(listener);
    return () => this.#onStarved.delete(listener);
  }

  /** Resolves with a slot as soon as one is free; rejects with `ABORTED` when the signal fires first. */
  async acquire(signal: AbortSignal): Promise<FrameSlot> {
    throwIfAborted(signal);
    const slot = this.#free.pop() ?? this.#allocate();
    if (slot) return slot;
    return new Promise((resolve, reject) => {
      const give = (free: FrameSlot): void => {
        signal.removeEventListener('abort', cancel);
        resolve(free);
      };
      const cancel = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(give), 1);
        reject(aborted(signal.reason));
      };
      signal.addEventListener('abort', cancel, { once: true });
      this.#waiting.push(give);
      for (const listener of this.#onStarved) listener();
    });
  }

  #allocate(): FrameSlot | undefined {
    if (this.#allocated === this.size) return undefined;
    this.#allocated += 1;
    const memory = allocateFrame(this.#format, this.#packedBytes, this.#room);
    const slot: FrameSlot = {
      memory,
      planes: viewPlanes(memory),
      giveBack: () => {
        const next = this.#waiting.shift();
        if (next) next(slot);
        else this.#free.push(slot);
      },
    };
    return slot;
  }
}
