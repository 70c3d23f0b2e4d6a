import { boxMean } from './box-filter.js';
import { MatteflowError } from '../core/errors.js';
import type { Size } from './picture.js';
import { allocatePlateBand, drawPlateBand, type PlateBandScratch, type PlateSubject } from './plate-band.js';
import { markShadows, plateDistance } from './plate-evidence.js';
import { identity } from './plate-homography.js';
import { measureNoise, type Residual } from './plate-noise.js';
import type { PlateFit } from './plate-step.js';
import { PlateTracker } from './plate-tracker.js';
import { PlateView } from './plate-view.js';

/** A frame's trimap. */
export interface PlateTrimap {
  /** 0, 128, 255; the same memory every time. */
  readonly trimap: Uint8Array;
  /**
   * 0..1: how well the frame's background looks like the plate, times the share of the unknown region that is a soft edge
   * and not doubt (shadow-like darkening, colours like the background's, places the plate does not cover).
   */
  readonly confidence: number;
}

export interface PlateOptions {
  /** `locked`: it has not moved since the plate was shot, and nothing is registered but exposure. Default `free`. */
  readonly camera?: 'locked' | 'free';
  /**
   * `opaque`: no veil is looked for, and so none is found where a pattern on the subject happens to repeat the plate's.
   * Default `any`.
   */
  readonly subject?: PlateSubject;
}

/** A camera that has not moved, at an exposure that is yet to be fitted. */
const LOCKED: PlateFit = { homography: identity(), gain: 1, offset: 0, agreement: 1 };

/** Below this share of the frame that looks like it, the plate is not of this scene; nor below the second, … */
const TOO_LITTLE = { always: 0.3, atOddExposure: 0.65 } as const;
/** … when luma has to be brought to it by what no exposure does. */
const ODD_EXPOSURE = { darker: 0.5, brighter: 2, offset: 40 } as const;

/**
 * Trimaps from a clean plate: the scene without its subject, one picture, for frames one after another. Each frame is
 * registered to the plate by a homography (`PlateTracker`), the plate is exposed as the frame is (`fitExposure`), noise is
 * measured where the frame shows background (`measureNoise`), and what differs by more than noise is the subject
 * (`drawPlateBand`). A subject through which the plate's texture is seen (a veil) is unknown inside; before a smooth plate
 * it is taken for opaque. A plate with less grain makes a better trimap (`medianPlate`, `denoisePlate`). Holds some 100
 * bytes a pixel of scratch memory; not reentrant.
 */
export class PlateTrimaps {
  readonly #size: Size;
  /** None for a locked camera. */
  readonly #tracker: PlateTracker | undefined;
  readonly #plate: PlateView;
  readonly #band: PlateBandScratch;
  readonly #use: Uint8Array;
  readonly #shadows: Uint8Array;
  readonly #distance: Float32Array;
  readonly #residual: Residual;
  readonly #smooth: Residual;
  readonly #trimap: Uint8Array;
  #started = false;

  /**
   * @param plate - interleaved R′G′B′, 0..255, of the size of the frames
   * @throws MatteflowError `TRIMAP_SIZE` for another size
   */
  constructor(
    plate: Uint8Array | Float32Array,
    size: Size,
    { camera = 'free', subject = 'any' }: PlateOptions = {},
  ) {
    const pixels = size.width * size.height;
    if (plate.length !== 3 * pixels) {
      throw new MatteflowError('TRIMAP_SIZE', {
        what: 'the plate does not have the size of the frames',
        seen: `${plate.length / 3} pixels`,
        expected: `${size.width} × ${size.height}`,
      });
    }
    const source = Float32Array.from(plate);
    this.#size = size;
    this.#tracker = camera === 'free' ? new PlateTracker(source, size) : undefined;
    this.#plate = new PlateView(source, size);
    this.#band = allocatePlateBand(size, subject);
    this.#use = new Uint8Array(pixels);
    this.#shadows = new Uint8Array(pixels);
    this.#distance = new Float32Array(pixels);
    this.#residual = allocateResidual(pixels);
    this.#smooth = allocateResidual(pixels);
    this.#trimap = new Uint8Array(pixels);
  }

  /**
   * The next frame's trimap. Frames come in order: each begins with where the one before lay, and with its subject.
   *
   * @param rgb - interleaved R′G′B′
   * @throws MatteflowError `TRIMAP_INVALID` when the first frame of a free camera does not show the plate's scene
   */
  next(rgb: Uint8Array): PlateTrimap {
    if (!this.#started) {
      const fit = this.#register(rgb);
      if (isAnotherScene(fit)) throw anotherScene(fit);
      this.#drawFrom(rgb);
      this.#started = true;
    }
    const { agreement } = this.#register(rgb);
    const settled = this.#drawFrom(rgb);
    return { trimap: this.#trimap, confidence: Math.min(1, agreement) * settled };
  }

  /** Places and exposes the plate as the frame is. */
  #register(rgb: Uint8Array): PlateFit {
    const fit = this.#tracker?.next(rgb, this.#trimap) ?? LOCKED;
    this.#plate.place(fit);
    const { covered } = this.#plate;
    for (let i = 0; i < this.#use.length; i++) this.#use[i] = this.#trimap[i] === 255 ? 0 : covered[i]!;
    this.#plate.expose(fit, rgb, this.#use);
    return fit;
  }

  #drawFrom(rgb: Uint8Array): number {
    const size = this.#size;
    const { rgb: plate, covered, roughness } = this.#plate;
    const { box } = this.#band;
    this.#residual.forEach((plane, c) => {
      for (let i = 0, at = c; i < plane.length; i++, at += 3) plane[i] = rgb[at]! - plate[at]!;
      boxMean(this.#smooth[c]!, plane, box.plane, box.column, size, 1);
    });
    const deviations = {
      residual: measureNoise(this.#residual, this.#use, roughness),
      smooth: measureNoise(this.#smooth, this.#use, roughness),
    };
    const [distance, shadows] = [this.#distance, this.#shadows];
    plateDistance(distance, { residual: this.#residual, smooth: this.#smooth }, deviations, roughness);
    markShadows(shadows, distance, rgb, plate, this.#smooth, deviations, roughness, size);
    return drawPlateBand(this.#trimap, { rgb, plate, covered, distance, shadows }, size, this.#band);
  }
}

function allocateResidual(pixels: number): Residual {
  return [new Float32Array(pixels), new Float32Array(pixels), new Float32Array(pixels)];
}

function isAnotherScene({ agreement, gain, offset }: PlateFit): boolean {
  const odd =
    gain < ODD_EXPOSURE.darker || gain > ODD_EXPOSURE.brighter || Math.abs(offset) > ODD_EXPOSURE.offset;
  return agreement < (odd ? TOO_LITTLE.atOddExposure : TOO_LITTLE.always);
}

function anotherScene({ agreement }: PlateFit): MatteflowError {
  return new MatteflowError('TRIMAP_INVALID', {
    what: 'the plate does not look like the background of the clip',
    seen: `${(100 * agreement).toFixed(0)} % of the first frame agreeing with it`,
    expected: 'the same scene without the subject, shot by the same camera',
    remedy: 'Shoot the plate from the same place, or paint keyframes instead',
  });
}
