import type { ClipMeans, FrameScores } from './clip-results.js';

/** One number of a clip's scores, how it is headed, and where it is found. Lower is better in all. */
export interface ScoreColumn {
  /** For files and fields: `dtssd-frame-mean`. */
  readonly name: string;
  /** For people, with unit and convention. */
  readonly heading: string;
  /** Digits after the point. */
  readonly digits: number;
  readonly ofMeans: (means: ClipMeans) => number;
  /** Undefined where a frame has no frame before it. */
  readonly ofFrame: (frame: FrameScores) => number | undefined;
}

/** In the order they are printed. Those without a word on the region are over the unknown one. */
export const SCORE_COLUMNS: readonly ScoreColumn[] = [
  still('sad', 'SAD /1000', 3),
  still('mse', 'MSE', 4),
  still('grad', 'Grad /1000', 3),
  still('conn', 'Conn /1000', 3),
  still('mad', 'MAD whole frame', 5),
  {
    name: 'dtssd-frame-mean',
    heading: 'dtSSD frame mean ×100',
    digits: 3,
    ofMeans: ({ dtssd }) => dtssd['frame-mean'],
    ofFrame: ({ temporal }) => temporal?.dtssd['frame-mean'],
  },
  {
    name: 'dtssd-unknown-sum',
    heading: 'dtSSD unknown sum',
    digits: 3,
    ofMeans: ({ dtssd }) => dtssd['unknown-sum'],
    ofFrame: ({ temporal }) => temporal?.dtssd['unknown-sum'],
  },
  {
    name: 'messddt-frame-mean',
    heading: 'MESSDdt frame mean ×100',
    digits: 4,
    ofMeans: ({ messddt }) => messddt['frame-mean'],
    ofFrame: ({ temporal }) => temporal?.messddt['frame-mean'],
  },
  {
    name: 'messddt-unknown-sum',
    heading: 'MESSDdt unknown sum',
    digits: 2,
    ofMeans: ({ messddt }) => messddt['unknown-sum'],
    ofFrame: ({ temporal }) => temporal?.messddt['unknown-sum'],
  },
  {
    name: 'flicker',
    heading: 'flicker',
    digits: 4,
    ofMeans: ({ flicker }) => flicker,
    ofFrame: ({ temporal }) => temporal?.change.flicker,
  },
];

function still(name: 'sad' | 'mse' | 'grad' | 'conn' | 'mad', heading: string, digits: number): ScoreColumn {
  return { name, heading, digits, ofMeans: (means) => means[name], ofFrame: (frame) => frame[name] };
}
