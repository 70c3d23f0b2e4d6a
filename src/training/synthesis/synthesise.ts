import type { Background, Foreground } from '../foreground.js';
import type { Random } from '../random.js';
import { toForeground } from './finish.js';
import { defocused, moved } from './kinds/blurred.js';
import { feathers } from './kinds/feathers.js';
import { fur } from './kinds/fur.js';
import { glass } from './kinds/glass.js';
import { hair } from './kinds/hair.js';
import { hard } from './kinds/hard.js';
import { lace } from './kinds/lace.js';
import { leaves } from './kinds/leaves.js';
import { nets } from './kinds/nets.js';
import { smoke } from './kinds/smoke.js';
import { text } from './kinds/text.js';
import { veil } from './kinds/veil.js';
import { whiskers } from './kinds/whiskers.js';
import { soften } from './layer.js';
import type { Draw } from './scene.js';

/** What can be made. */
export const SYNTHESIS_KINDS = [
  'hair',
  'fur',
  'whiskers',
  'feathers',
  'lace',
  'nets',
  'smoke',
  'glass',
  'veil',
  'leaves',
  'defocus',
  'motion',
  'text',
  'hard',
] as const;

/** A kind of subject that can be made. */
export type SynthesisKind = (typeof SYNTHESIS_KINDS)[number];

const DRAW: Readonly<Record<SynthesisKind, Draw>> = {
  hair,
  fur,
  whiskers,
  feathers,
  lace,
  nets,
  smoke,
  glass,
  veil,
  leaves,
  defocus: defocused,
  motion: moved,
  text,
  hard,
};

export interface SynthesisOptions {
  /** Pixels of the picture along either axis. */
  readonly side: number;
  /** Where surfaces are cut from; without any they are made of noise. */
  readonly photographs: readonly Background[];
  /** Cells a pixel along either axis that shapes are drawn in; 2 unless given. */
  readonly supersampling?: number;
}

/** Shares of the picture that must be there, and mixed, for it to be worth learning from. */
const LEAST = { covered: 0.03, mixed: 0.004 };

/** Drawings that leave too little in the picture are made again, this often at most. */
const ATTEMPTS = 20;

/**
 * Draws a subject with exact alpha. The same random numbers give the same picture.
 *
 * Alpha is the area that shapes cover, composited by `over` at a multiple of the size and averaged; colour is divided
 * by alpha at the very end.
 */
export function synthesise(kind: SynthesisKind, random: Random, options: SynthesisOptions): Foreground {
  for (let attempt = 1; ; attempt++) {
    const layer = DRAW[kind]({ ...options, random });
    // A lens is never quite as sharp as geometry.
    if (random.chance(0.35)) soften(layer, random.uniform(0.3, 0.9));
    const foreground = toForeground(layer, kind);
    if (attempt === ATTEMPTS || worthLearning(foreground)) return foreground;
  }
}

function worthLearning({ rgba, width, height }: Foreground): boolean {
  let [covered, mixed] = [0, 0];
  for (let i = 3; i < rgba.length; i += 4) {
    if (rgba[i]! > 5) covered += 1;
    if (rgba[i]! > 5 && rgba[i]! < 250) mixed += 1;
  }
  const pixels = width * height;
  return covered > LEAST.covered * pixels && mixed > LEAST.mixed * pixels;
}
