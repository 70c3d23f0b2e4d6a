/** What a run found out about one frame. */
export interface FrameReport {
  /** Position in the run, from 0. */
  readonly index: number;
  /** The number people know it by. */
  readonly number: number;
  /** How sure its trimap is, 0..1; 1 for a painted one. */
  readonly confidence: number;
  /** How much alpha changed along the motion since the frame before, 0..1; absent where there is nothing to compare. */
  readonly flicker?: number;
  /** Share of its pixels whose alpha the trimap leaves open, 0..1. */
  readonly unknown: number;
  /** Whether it begins another shot. */
  readonly cut: boolean;
  /** Whether it was damaged and shows the one before it. */
  readonly held: boolean;
}

/** A frame to look at: WebP pictures in base64. */
export interface FramePictures {
  readonly source: string;
  readonly alpha: string;
  /** The subject over a checkerboard. */
  readonly cutOut: string;
}

/** What a finished run found out about its frames. */
export interface RunReport {
  /** All that decided what the frames became, by name: settings, SHA-256 of files, versions. */
  readonly settings: Readonly<Record<string, string>>;
  /** Frames of the run. */
  readonly frameCount: number;
  /** All of them, in order, unless what an earlier run had found out was damaged. */
  readonly frames: readonly FrameReport[];
  /** By position: of the frames that are worth a look, and of some that are spread over the run. */
  readonly pictures: ReadonlyMap<number, FramePictures>;
}
