import type { ErrorCode, ErrorParts } from '../core/errors.js';
import type { Progress } from '../pipeline/progress.js';
import type { ClipJob, Workplace } from './clip-job.js';

/** What a clip process is told. One clip, or part of one, at a time. */
export type ToClipProcess =
  { readonly kind: 'matte'; readonly job: ClipJob; readonly place: Workplace } | { readonly kind: 'stop' };

/** What it answers. */
export type FromClipProcess =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done' }
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      readonly parts: ErrorParts;
    };
