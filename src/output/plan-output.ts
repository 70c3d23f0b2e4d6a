import { extname } from 'node:path';
import { MatteflowError } from '../core/errors.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { planComposite, type Plate } from './composite.js';
import { displayFormat } from './display.js';
import type { EncodingPlan } from './encoding-plan.js';
import { planMatte } from './matte.js';
import type { OutputFormat, OutputSource, OutputTarget } from './output-target.js';
import { planExrSequence, planPngSequence, planTiffSequence } from './picture-sequence.js';
import { planProres, planProresXq, planSideBySide } from './prores.js';
import { planWebm } from './webm.js';

/** How a format is made, and the names it can have: `''` stands for a folder. */
interface FormatEntry {
  readonly plan: (ffmpeg: Ffmpeg, source: OutputSource, target: OutputTarget, plate?: Plate) => EncodingPlan;
  readonly extensions: readonly string[];
  /** Whether its colour can be multiplied by alpha, or left without. */
  readonly choosesAlpha?: true;
}

/** How each format is made. */
const FORMATS: Readonly<Record<OutputFormat, FormatEntry>> = {
  prores4444: { plan: planProres, extensions: ['.mov'], choosesAlpha: true },
  prores4444xq: { plan: planProresXq, extensions: ['.mov'], choosesAlpha: true },
  webm: { plan: planWebm, extensions: ['.webm'] },
  png: { plan: planPngSequence, extensions: [''] },
  tiff: { plan: planTiffSequence, extensions: [''] },
  exr: { plan: planExrSequence, extensions: [''], choosesAlpha: true },
  matte: { plan: planMatte, extensions: ['.mkv', '.mov', ''] },
  'side-by-side': { plan: planSideBySide, extensions: ['.mov'], choosesAlpha: true },
  composite: { plan: planComposite, extensions: ['.mp4', '.mov'] },
};
/** Every format's name. */
export const OUTPUT_FORMATS: readonly OutputFormat[] = Object.keys(FORMATS) as OutputFormat[];

/** A name that ends like one of these is a file, so it is not a folder by mistake. */
const FILE_EXTENSION = /^\.(mov|mp4|m4v|mkv|webm|avi|mxf|png|jpe?g|tiff?|exr|webp)$/;

/**
 * How an output is made. Pure: it looks at names and options, not at the disk.
 *
 * @param plate - what a background video says about its colour
 * @throws MatteflowError `USAGE` for a name or an option that does not fit the format; `TOOL_FAILED` when this
 *   ffmpeg cannot encode it
 */
export function planOutput(
  ffmpeg: Ffmpeg,
  source: OutputSource,
  target: OutputTarget,
  plate?: Plate,
): EncodingPlan {
  const { plan, extensions, choosesAlpha } = FORMATS[target.format];
  const extension = extname(target.path).toLowerCase();
  const seen = FILE_EXTENSION.test(extension) ? extension : '';
  if (!extensions.includes(seen)) {
    throw new MatteflowError('USAGE', {
      what: `${target.format} cannot be written under this name`,
      expected: extensions
        .map((name) => (name === '' ? 'a folder' : `a name ending in ${name}`))
        .join(' or '),
      subject: target.path,
    });
  }
  if (target.premultiplied && !choosesAlpha) {
    throw new MatteflowError('USAGE', {
      what: `${target.format} cannot be premultiplied`,
      remedy: `Leave that option out, or write ${choosers().join(', ')}`,
      subject: target.path,
    });
  }
  if (target.single && target.format !== 'exr') {
    throw new MatteflowError('USAGE', {
      what: `${target.format} holds no samples of single precision`,
      remedy: 'Leave that option out, or write exr',
      subject: target.path,
    });
  }
  if (target.background && target.format !== 'composite') {
    throw new MatteflowError('USAGE', {
      what: `${target.format} has no background`,
      remedy: 'Leave that option out, or write a composite',
      subject: target.path,
    });
  }
  return plan(ffmpeg, target.format === 'exr' ? source : shown(source), target, plate);
}

function choosers(): OutputFormat[] {
  return OUTPUT_FORMATS.filter((format) => FORMATS[format].choosesAlpha);
}

/** The source as formats of whole numbers see it. */
function shown(source: OutputSource): OutputSource {
  return { ...source, format: displayFormat(source.format) };
}
