import { call } from './server.js';

/** Decoded pictures: the last ones that were asked for. */
export class Pictures {
  readonly #kept = new Map<string, Promise<ImageBitmap>>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws Refusal, TypeError as the server's calls do */
  async get(path: string): Promise<ImageBitmap> {
    const picture = this.#kept.get(path) ?? load(path);
    this.#kept.delete(path);
    this.#kept.set(path, picture);
    for (const old of [...this.#kept.keys()].slice(0, -this.#most)) this.#kept.delete(old);
    try {
      return await picture;
    } catch (error) {
      this.#kept.delete(path);
      throw error;
    }
  }
}

async function load(path: string): Promise<ImageBitmap> {
  return createImageBitmap(await (await call(path)).blob());
}
