/** How far samples stray from the pictures they are made of. Chances are 0..1. */
export interface Augmentation {
  /** Of a second foreground behind the first. */
  readonly pair: number;
  /** Of other colours of the foreground. */
  readonly recolour: number;
  /** Of a foreground whose mean colour is near the background's. */
  readonly match: number;
  readonly softForeground: number;
  readonly softBackground: number;
  /** Of a trimap without known foreground, without known background, or without either. */
  readonly forget: number;
  /** Of a camera's noise in the finished picture. */
  readonly noise: number;
  /** Of JPEG's traces in it. */
  readonly jpeg: number;
  /** Whether crops are zoomed, turned and sheared beside being flipped. */
  readonly warp: boolean;
  /** How much the background's colours are changed; 0 not at all. */
  readonly backgroundColours: number;
}

/** What a recipe may ask for. */
export type AugmentationName = 'paper' | 'wide' | 'subject';

export const AUGMENTATIONS: Readonly<Record<AugmentationName, Augmentation>> = {
  /** Crops of three sizes round a mixed pixel, and flips (Xu et al., "Deep Image Matting", CVPR 2017, §4.1). */
  paper: {
    ...{ pair: 0, recolour: 0, match: 0, softForeground: 0, softBackground: 0 },
    ...{ forget: 0, noise: 0, jpeg: 0, warp: false, backgroundColours: 0 },
  },
  /** For networks that are to meet any camera's pictures after few foregrounds. */
  wide: {
    ...{ pair: 0.35, recolour: 0.7, match: 0.2, softForeground: 0.12, softBackground: 0.4 },
    ...{ forget: 0.15, noise: 0.4, jpeg: 0.25, warp: true, backgroundColours: 0.6 },
  },
  /** For networks that have to tell a subject from what is behind it: one subject, which looks like one. */
  subject: {
    ...{ pair: 0, recolour: 0.3, match: 0, softForeground: 0.12, softBackground: 0.4 },
    ...{ forget: 0, noise: 0.4, jpeg: 0.25, warp: true, backgroundColours: 0.6 },
  },
};
