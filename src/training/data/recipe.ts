import type { AugmentationName } from './augmentation.js';
import type { TrimapKind } from './random-trimap.js';
import type { SynthesisKind } from '../synthesis/kinds.js';

/** What samples are made from, and how. With a sample's number it says all there is to say about the sample. */
export interface DataRecipe {
  /** An integer from 0 to 2^53 − 1. */
  readonly seed: number;
  /** Pixels of a sample along either axis. */
  readonly side: number;
  readonly pictures: PictureRecipe;
  /**
   * Folders of RGBA cut-outs, or of `fg/` and `alpha/` with files of the same names. Each is drawn from as often as any
   * other, however many pictures it has; one named twice, twice as often.
   */
  readonly foregrounds: readonly string[];
  /** Folders of pictures, chosen likewise. Without any, backgrounds are made. */
  readonly backgrounds: readonly string[];
  /** Share of foregrounds that are drawn instead of read, 0..1; 1 where there are no foregrounds to read. */
  readonly synthesised: number;
  /** What is drawn; a kind named twice is drawn twice as often. */
  readonly kinds: readonly SynthesisKind[];
  readonly trimaps: TrimapKind;
  readonly augmentation: AugmentationName;
  readonly prior: SamplePrior;
}

/** The pictures that samples are cut from. Trimap and prior are made of a whole picture. */
export interface PictureRecipe {
  /** Sides of a picture in sides of a sample. */
  readonly scale: number;
  /** Samples that are cut from each picture. */
  readonly crops: number;
}

/** Each picture is a sample. */
export const WHOLE_PICTURES: PictureRecipe = { scale: 1, crops: 1 };

/**
 * The prior of samples, for networks that read one: closed-form matting at quarter size as of clips, at full size with links
 * as of stills, or now one, now the other.
 */
export type SamplePrior = 'none' | 'quarter' | 'linked' | 'either';

/** Hair and fur are what people matte most. */
export const USUAL_KINDS: readonly SynthesisKind[] = [
  ...Array<SynthesisKind>(4).fill('hair'),
  ...Array<SynthesisKind>(3).fill('fur'),
  ...Array<SynthesisKind>(2).fill('defocus'),
  ...Array<SynthesisKind>(2).fill('motion'),
  ...Array<SynthesisKind>(2).fill('leaves'),
  'whiskers',
  'feathers',
  'lace',
  'nets',
  'smoke',
  'glass',
  'veil',
  'text',
  'hard',
];
