import { MatteflowError } from '../core/errors.js';
import { evaluate } from '../evaluation/evaluate.js';
import { finishedMattes } from '../evaluation/finished-mattes.js';
import { plotSvg } from '../evaluation/plot.js';
import { ReportPictures } from '../evaluation/report/pictures.js';
import { writeReport } from '../evaluation/report/write-report.js';
import { openPictureSet } from '../evaluation/sets/picture-set.js';
import { writeSubmission } from '../evaluation/submission.js';
import { SWEEP_DISTANCES, sweepChart, sweepTrimaps } from '../evaluation/sweep.js';
import { progressMeter } from '../pipeline/progress.js';
import type { CommandContext, CommandResult } from './command.js';
import { runOptions } from './engine-flags.js';
import { evaluationCsv, sweepCsv } from './eval-csv.js';
import { methodRequest, type EvalFlags } from './eval-flags.js';
import { evaluationJson, sweepJson } from './eval-json.js';
import { openMethods, type OpenMethods } from './eval-methods.js';
import { evaluationText, sweepText } from './eval-text.js';
import { requireWritable, reserveFiles } from './output-files.js';

/** Scores every method on a set with its own trimaps. */
export async function evaluateSet(
  folder: string,
  flags: EvalFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const { signal } = context;
  const { mattes = [], skip = false, csv, report, overwrite = false } = flags;
  const finished = await Promise.all(mattes.map((named) => finishedMattes(named.name, named.folder)));
  const set = await openPictureSet(folder, {
    purpose: 'score',
    skip,
    signal,
    checks: finished.map(({ check }) => check),
  });
  if (report !== undefined) await requireWritable(report, overwrite);
  return withFiles([csv], flags, async (write) =>
    withMethods(flags, context, async ({ models, baselines }) => {
      const methods = [...models, ...finished.map(({ method }) => method), ...baselines];
      const pictures = new ReportPictures();
      const evaluation = await evaluate(set, methods, {
        signal,
        onProgress: meter(context),
        ...(report !== undefined && { onPicture: (...seen) => pictures.add(...seen) }),
      });
      await write(csv, () => evaluationCsv(evaluation));
      if (report !== undefined) await writeReport(report, { evaluation, pictures }, { overwrite });
      return {
        json: evaluationJson(evaluation),
        text: evaluationText(evaluation, { pictures: flags.pictures ?? false }),
      };
    }),
  );
}

/** Scores every method on trimaps made from the exact alpha, less and less careful. */
export async function sweepSet(
  folder: string,
  flags: EvalFlags,
  distances: readonly number[],
  context: CommandContext,
): Promise<CommandResult> {
  const { signal } = context;
  const { skip = false, csv, plot } = flags;
  const trimaps = { distances, tolerance: toleranceOf(flags.tolerance) };
  const set = await openPictureSet(folder, { purpose: 'sweep', skip, signal });
  return withFiles([csv, plot], flags, async (write) =>
    withMethods(flags, context, async ({ models, baselines }) => {
      const methods = [...models, ...baselines];
      const sweep = await sweepTrimaps(set, methods, trimaps, { signal, onProgress: meter(context) });
      await write(csv, () => sweepCsv(sweep));
      await write(plot, () => plotSvg(sweepChart(sweep)));
      return { json: sweepJson(sweep), text: sweepText(sweep) };
    }),
  );
}

/** Writes one method's mattes of a test set. */
export async function submitSet(
  folder: string,
  flags: EvalFlags,
  submission: string,
  context: CommandContext,
): Promise<CommandResult> {
  const { signal } = context;
  const { skip = false, overwrite = false } = flags;
  const set = await openPictureSet(folder, { purpose: 'submit', skip, signal });
  return withMethods(flags, context, async ({ models, baselines }) => {
    const method = onlyOne([...models, ...baselines]);
    const onProgress = meter(context);
    const written = await writeSubmission(set, method, submission, { overwrite, signal, onProgress });
    return {
      json: { ...written, method: method.name },
      text: `${written.folder}: ${written.mattes} mattes by ${method.name}, to be packed and uploaded`,
    };
  });
}

/** Alpha of so many 8-bit levels. Half a level more, so that rounding decides nothing. */
function toleranceOf(levels: number): number {
  return levels === 0 ? 0 : (levels + 0.5) / 255;
}

/** The default of `--sweep` without a list. */
export function distancesOf(sweep: readonly number[] | true): readonly number[] {
  return sweep === true ? SWEEP_DISTANCES : sweep;
}

function onlyOne<M extends { readonly name: string }>(methods: readonly M[]): M {
  const [method, second] = methods;
  if (method && !second) return method;
  throw new MatteflowError('USAGE', {
    what: 'a submission is of one method',
    seen: methods.map(({ name }) => name).join(', '),
    remedy: 'Name one by --model, and its --stages',
  });
}

function meter({ reporter }: CommandContext): (mattes: number, all: number) => void {
  return progressMeter('evaluate', (progress) => reporter.progress(progress));
}

async function withMethods<T>(
  flags: EvalFlags,
  context: CommandContext,
  work: (open: OpenMethods) => Promise<T>,
): Promise<T> {
  const open = await openMethods(methodRequest(flags), runOptions(context));
  try {
    return await work(open);
  } finally {
    await open.close();
  }
}

/** Holds the files' names during the work, which writes those that were asked for. */
async function withFiles<T>(
  paths: readonly (string | undefined)[],
  { overwrite = false }: EvalFlags,
  work: (write: (path: string | undefined, content: () => string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const files = await reserveFiles(
    paths.filter((path) => path !== undefined),
    overwrite,
  );
  try {
    return await work(async (path, content) => {
      if (path !== undefined) await files.write(path, content());
    });
  } finally {
    await files.close();
  }
}
