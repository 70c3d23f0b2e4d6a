/** What can be drawn. */
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

/** A kind of subject that can be drawn. */
export type SynthesisKind = (typeof SYNTHESIS_KINDS)[number];
