/** A trimap for one frame after another, of reduced pictures (`reducedSize`). Holds its scratch memory; not reentrant. */
export interface LiveTrimaps {
  /**
   * @param dst - receives 0, 128, 255
   * @param rgb - the next frame's picture, interleaved R′G′B′ bytes
   */
  next(dst: Uint8Array, rgb: Uint8Array): void | Promise<void>;
  /** Says what alpha the frame last asked for turned out to have. @param alpha - 0..1 */
  learn(alpha: Float32Array): void;
}
