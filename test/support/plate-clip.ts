import { seededRandom } from '../../fixtures/random.js';
import { madeClip, type FixtureKind } from '../../fixtures/clip.js';

/** One frame of a clip shot before a clean plate, with its exact alpha. */
export interface PlateFrame {
  /** R′G′B′ interleaved. */
  readonly rgb: Uint8Array;
  /** 0..1. */
  readonly alpha: Float32Array;
}

/** A made clip and the plate shot before it. */
export interface PlateClip {
  readonly size: { readonly width: number; readonly height: number };
  /** One picture of the empty scene, with noise of its own. */
  readonly plate: Uint8Array;
  frame(index: number): Promise<PlateFrame>;
}

export interface PlateClipOptions {
  readonly kind: FixtureKind;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Standard deviation of the grain, levels of 255. */
  readonly noise: number;
  /** By how much the last frame is brighter than the plate: 0.1 for a tenth. */
  readonly drift: number;
  /** Whether the camera pans, as the fixture's does; else it is locked. */
  readonly pan?: boolean;
  readonly seed?: number;
}

/** A subject before a background that was also shot without it: by a camera with grain whose exposure drifts. */
export async function plateClip(options: PlateClipOptions): Promise<PlateClip> {
  const { kind, width, height, frames, noise, drift, pan = false, seed = 7 } = options;
  const clip = madeClip(kind, { width, height, frames, seed });
  const { background } = await clip.frame(0);
  return {
    size: { width, height },
    plate: grainy(background, 1, noise, seed),
    frame: async (index) => {
      const made = await clip.frame(index);
      const behind = pan ? made.background : background;
      const lit = new Float32Array(behind.length);
      for (let i = 0; i < lit.length; i++) {
        const cover = made.alpha[Math.floor(i / 3)]! / 255;
        lit[i] = cover * made.foreground[i]! + (1 - cover) * behind[i]!;
      }
      const gain = 1 + (drift * index) / Math.max(1, frames - 1);
      return {
        rgb: grainy(lit, gain, noise, seed + 1 + index),
        alpha: Float32Array.from(made.alpha, (value) => value / 255),
      };
    },
  };
}

function grainy(picture: ArrayLike<number>, gain: number, noise: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: picture.length }, (_, i) =>
    Math.min(255, Math.max(0, Math.round(gain * picture[i]! + noise * random.bell()))),
  );
}
