/**
 * The public API: matte a video or an image, with progress and an AbortSignal; score mattes. Everything else is internal.
 *
 * @packageDocumentation
 */
export { MatteflowError, type ErrorCode, type ErrorParts } from './core/errors.js';
export type { BitDepth, ColourModel, ColourTags, SampleDepth } from './core/colour.js';
export type { FrameFormat, IntegerFormat, Samples, View } from './core/frame.js';
export type { Rational } from './core/rational.js';
export { evaluate, type EvaluateOptions } from './evaluation/evaluate.js';
export { scoreMatte, type MatteScores } from './evaluation/metrics.js';
export type {
  Evaluation,
  MeanScores,
  Method,
  Picture,
  PictureResult,
  PictureScores,
  TimedMatte,
} from './evaluation/results.js';
export type { PictureFiles, Problem } from './evaluation/sets/picture-files.js';
export { openPictureSet, type PictureSet } from './evaluation/sets/picture-set.js';
export type { Image } from './ingest/read-image.js';
export type { ViewChoice } from './matting/viewing.js';
export type { OutputFormat } from './output/output-target.js';
export { matteImage, type MatteImageResult } from './pipeline/matte-image.js';
export { matteVideo, type MatteVideoResult } from './pipeline/matte-video.js';
export type {
  EngineOptions,
  FinishedFrame,
  MatteImageOptions,
  MatteVideoOptions,
  RunOptions,
} from './pipeline/options.js';
export type { Progress } from './pipeline/progress.js';
export { propagateClip, type PropagateOptions, type PropagateResult } from './pipeline/propagate-clip.js';
export type { FramePictures, FrameReport, RunReport } from './pipeline/run-report.js';
export type { StageSeconds } from './pipeline/stage-clock.js';
