/** Keeps what was made last, up to a number of bytes, and makes the rest again. */
export class PictureCache<T> {
  readonly #most: number;
  readonly #kept: Map<string, { readonly picture: Promise<T>; bytes: number }> = new Map<
    string,
    { readonly picture: Promise<T>; bytes: number }
  >();
  readonly #bytesOf: (picture: T) => number;
  #bytes = 0;

  /** @param most - bytes */
  constructor(most: number, bytesOf: (picture: T) => number) {
    this.#most = most;
    this.#bytesOf = bytesOf;
  }

  /** The picture of that name, made now unless it is there. A failure is not kept. */
  get(name: string, make: () => Promise<T>): Promise<T> {
    const there = this.#kept.get(name);
    if (there) {
      // The order of a Map is that of insertion: the first is the one not asked for the longest.
      this.#kept.delete(name);
      this.#kept.set(name, there);
      return there.picture;
    }
    const entry = { picture: make(), bytes: 0 };
    this.#kept.set(name, entry);
    entry.picture.then(
      (picture) => {
        if (this.#kept.get(name) !== entry) return;
        entry.bytes = this.#bytesOf(picture);
        this.#bytes += entry.bytes;
        this.#shrink();
      },
      () => this.#kept.delete(name),
    );
    return entry.picture;
  }

  #shrink(): void {
    for (const [name, { bytes }] of this.#kept) {
      if (this.#bytes <= this.#most || this.#kept.size === 1) return;
      this.#kept.delete(name);
      this.#bytes -= bytes;
    }
  }
}
