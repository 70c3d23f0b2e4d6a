import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { closedFormMatting } from './closed-form.js';
import { alphaFromTrimap } from './trimap-alpha.js';

/** A way to alpha without a network. */
export interface ClassicalMethod {
  /** One line for people. */
  readonly summary: string;
  /** Whether it finds alpha between 0 and 1: only then is there a subject's colour to estimate. */
  readonly estimates: boolean;
  /** Reads colour and trimap and fills `planes.alpha`: 0 and 1 where the trimap says so. */
  readonly fillAlpha: (planes: FramePlanes, format: FrameFormat) => void;
}

/** What it goes by wherever a model is named. */
export type ClassicalName = 'trimap' | 'closed-form';

const METHODS: Readonly<Record<ClassicalName, ClassicalMethod>> = {
  trimap: {
    summary: 'the trimap is the matte, one half where it is unsure',
    estimates: false,
    fillAlpha: ({ alpha, trimap }) => void alphaFromTrimap(alpha, trimap),
  },
  'closed-form': {
    summary: 'closed-form matting (Levin, Lischinski, Weiss, PAMI 2008) at full size',
    estimates: true,
    fillAlpha: closedFormMatting,
  },
};

/** Every method's name. */
export const CLASSICAL_NAMES: readonly string[] = Object.keys(METHODS);

export function isClassical(model: string): model is ClassicalName {
  return Object.hasOwn(METHODS, model);
}

export function classicalMethod(name: ClassicalName): ClassicalMethod {
  return METHODS[name];
}
