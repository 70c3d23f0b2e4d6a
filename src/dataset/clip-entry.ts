import { basename, extname } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import { SEGMENT_FRAMES, type MatteVideoOptions } from '../pipeline/options.js';
import { readTrimapFields, TRIMAP_FIELDS, type ClipTrimaps } from './clip-trimaps.js';
import { ManifestFields } from './manifest-fields.js';
import { requirePathText } from './path-text.js';

/** What a matte is to be like. What it is computed on (engine, device, threads) is the machine's affair. */
export type ClipOptions = Pick<
  MatteVideoOptions,
  'model' | 'stages' | 'tile' | 'scale' | 'margin' | 'prior' | 'premultiplied'
> & { readonly format?: ClipFormat };

/** The outputs of a data set: a composite is a look, not data. */
export const CLIP_FORMATS = ['prores4444', 'png', 'matte'] as const;
export type ClipFormat = (typeof CLIP_FORMATS)[number];

/** One clip of a manifest, checked but for what is on the disk. Plain data: it travels through queues as it is. */
export interface ClipEntry extends ClipTrimaps {
  /** Unique in its manifest; names the files that are made. */
  readonly name: string;
  /** A video file, a folder of numbered pictures, or a pattern of them. Paths are relative to the root. */
  readonly input: string;
  /** A folder of exact mattes named by frame number, where there are any: the matte is then scored. Whole clips with painted trimaps only. */
  readonly truth?: string;
  /** First and last frame, both included. */
  readonly range?: readonly [number, number];
  /** The smaller, the sooner. */
  readonly priority: number;
  /** A longer clip is matted in parts of so many frames, each a job of its own, which are then joined; absent: never. */
  readonly segmentFrames?: number;
  readonly options: ClipOptions;
}

const FIELDS = [
  ...['name', 'input', ...TRIMAP_FIELDS, 'truth', 'range', 'priority', 'segmentFrames', 'options'],
];
const OPTIONS = ['model', 'stages', 'tile', 'scale', 'margin', 'prior', 'premultiplied', 'format'];

/** Frames of a part at most. */
const LONGEST_PART = 1_000_000;

/** Largest priority: what BullMQ can order by. */
const LAST = 2 ** 21 - 1;

/**
 * Checks one clip of unknown origin: a manifest's line, or what came from a queue.
 *
 * @param subject - where it stands, for messages: "clips.jsonl, line 3"
 * @throws `USAGE` naming the field
 */
export function readEntry(value: unknown, subject: string): ClipEntry {
  const fields = new ManifestFields(value, FIELDS, subject);
  const path = (name: string): string => requirePathText(fields.text(name), name, subject);
  const input = path('input');
  if (fields.has('truth')) requireScorable(fields, subject);
  return {
    name: requireName(fields.has('name') ? fields.text('name') : stemOf(input), subject),
    input,
    ...readTrimapFields(fields, path, subject),
    ...(fields.has('truth') && { truth: path('truth') }),
    ...(fields.has('range') && { range: fields.range('range') }),
    priority: fields.has('priority') ? fields.whole('priority', 0, LAST) : 0,
    ...(fields.has('segmentFrames') && {
      segmentFrames: requireSegments(fields.whole('segmentFrames', 1, LONGEST_PART), subject),
    }),
    options: fields.has('options') ? readOptions(fields.record('options', OPTIONS), subject) : {},
  };
}

/**
 * Parts are whole segments of the pipeline, so that a clip's bytes do not follow from how it is cut.
 *
 * @throws `USAGE`
 */
export function requireSegments(frames: number, subject: string): number {
  if (frames > 0 && frames % SEGMENT_FRAMES === 0) return frames;
  throw new MatteflowError('USAGE', {
    what: 'parts of a clip have whole segments',
    seen: `${frames} frames`,
    expected: `a multiple of ${SEGMENT_FRAMES}, such as ${SEGMENT_FRAMES * Math.max(1, Math.round(frames / SEGMENT_FRAMES))}`,
    subject,
  });
}

function requireScorable(fields: ManifestFields, subject: string): void {
  if (!fields.has('range') && fields.has('trimaps')) return;
  throw new MatteflowError('USAGE', {
    what: 'a clip is scored as a whole, where its painted trimaps are unknown',
    seen: fields.has('range') ? '"truth" and "range"' : '"truth" without "trimaps"',
    remedy: 'Leave the truth out, cut the clip, or paint trimaps',
    subject,
  });
}

function readOptions(fields: ManifestFields, subject: string): ClipOptions {
  return {
    ...(fields.has('model') && { model: requirePathText(fields.text('model'), 'options.model', subject) }),
    ...(fields.has('stages') && { stages: fields.oneOf('stages', [1, 2] as const) }),
    ...(fields.has('tile') && { tile: tileOf(fields) }),
    ...(fields.has('scale') && { scale: fields.oneOf('scale', [1, 2, 4, 'auto'] as const) }),
    ...(fields.has('margin') && { margin: fields.whole('margin', 0, 1024) }),
    ...(fields.has('prior') && { prior: fields.oneOf('prior', ['quarter', 'full'] as const) }),
    ...(fields.has('premultiplied') && { premultiplied: fields.truth('premultiplied') }),
    ...(fields.has('format') && { format: fields.oneOf('format', CLIP_FORMATS) }),
  };
}

function tileOf(fields: ManifestFields): number | 'frame' {
  return fields.is('tile', 'frame') ? 'frame' : fields.whole('tile', 64, 8192);
}

function stemOf(input: string): string {
  return basename(input, extname(input));
}

/** Safe as part of a file's name on any system, and nothing a shell or program would take for something else. */
function requireName(name: string, subject: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}._-]{0,99}$/u.test(name)) return name;
  throw new MatteflowError('USAGE', {
    what: 'the clip’s name cannot be that of a file',
    seen: JSON.stringify(name.slice(0, 120)),
    expected: 'up to 100 letters, digits, and . _ - behind the first',
    remedy: 'Give it a "name"',
    subject,
  });
}
