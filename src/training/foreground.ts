/** A subject cut out: straight 8-bit R′G′B′ and alpha, whatever it came from. */
export interface Foreground {
  /** What it goes by in messages and file names. */
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Interleaved, row-major, not premultiplied. Colour means something wherever alpha > 0, and somewhat past it. */
  readonly rgba: Uint8Array;
}

/** A picture to put subjects over. */
export interface Background {
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** R′G′B′ interleaved, row-major. */
  readonly rgb: Uint8Array;
}
