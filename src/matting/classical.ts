import type { FrameFormat, FramePlanes } from '../core/frame.js';
import { closedFormMatting } from './closed-form.js';
import { guidedMatting } from './guided-matting.js';
import { informationFlowMatting } from './information-flow/information-flow.js';
import { linkedClosedForm } from './information-flow/linked-closed-form.js';
import { knnMatting } from './knn.js';
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
export type ClassicalName =
  'trimap' | 'closed-form' | 'linked-closed-form' | 'knn' | 'information-flow' | 'guided-filter';

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
  'linked-closed-form': {
    summary:
      'closed-form matting with links between unknown pixels of one colour (Aksoy, Aydın, Pollefeys, CVPR 2017)',
    estimates: true,
    fillAlpha: linkedClosedForm,
  },
  knn: {
    summary: 'KNN matting (Chen, Li, Tang, PAMI 2013)',
    estimates: true,
    fillAlpha: (planes, format) => knnMatting(planes, format),
  },
  'information-flow': {
    summary: 'information-flow matting (Aksoy, Aydın, Pollefeys, CVPR 2017)',
    estimates: true,
    fillAlpha: (planes, format) => informationFlowMatting(planes, format),
  },
  'guided-filter': {
    summary: 'the trimap feathered by a colour guided filter (He, Sun, Tang, PAMI 2013)',
    estimates: true,
    fillAlpha: (planes, format) => guidedMatting(planes, format),
  },
};

/** Every method's name. */
export const CLASSICAL_NAMES: readonly ClassicalName[] = Object.keys(METHODS) as ClassicalName[];

export function isClassical(model: string): model is ClassicalName {
  return Object.hasOwn(METHODS, model);
}

export function classicalMethod(name: ClassicalName): ClassicalMethod {
  return METHODS[name];
}
