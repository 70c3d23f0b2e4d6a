import { Command } from 'commander';
import { CLASSICAL_NAMES } from '../matting/classical.js';
import { holdsClips } from '../evaluation/video/clip-set.js';
import { SWEEP_DISTANCES } from '../evaluation/sweep.js';
import { runCommand } from './command.js';
import { withWorkFlags } from './engine-flags.js';
import { evalClips } from './eval-clips.js';
import { checkFlags, checkKind, type EvalFlags } from './eval-flags.js';
import { distancesOf, evaluateSet, submitSet, sweepSet } from './eval-run.js';
import {
  baselineList,
  distanceList,
  engineList,
  ENGINES,
  EVAL_STAGES,
  namedFolders,
  repeated,
  stagesList,
} from './eval-values.js';
import { wholeNumber } from './values.js';

/** `matteflow eval`. */
export function evalCommand(): Command {
  const command = new Command('eval')
    .description('score mattes against exact alpha by the field’s metrics, several methods side by side')
    .argument(
      '<folder>',
      'pictures: image/ trimap/ alpha/, or another set’s layout; or a clip, or a folder of clips',
    )
    .option('--model <name|file>', 'a model; give it again to compare several (compact)', repeated)
    .option(
      '--stages <list>',
      `of ${EVAL_STAGES.join(', ')}: what of a model is scored (the whole model)`,
      stagesList,
    )
    .option('--baseline <list>', `of ${CLASSICAL_NAMES.join(', ')}: what to compare with`, baselineList)
    .option(
      '--mattes <name=folder>',
      'mattes made elsewhere, under the pictures’ names; repeatable',
      namedFolders,
    )
    .option('--engine <list>', `of ${ENGINES.join(', ')}; each model runs on each (auto)`, engineList)
    .option('--device <name>', 'auto, cpu, webgpu, …; repeatable likewise (auto)', repeated);
  return withWorkFlags(command)
    .option('--skip', 'leave out pictures that cannot be scored, instead of failing')
    .option('--pictures', 'a row for each picture, however many')
    .option('--csv <file>', 'a row for each picture, or frame of a clip, and method')
    .option('--report <html>', 'pictures, mattes and errors side by side, in one file')
    .option('--plots <folder>', 'of clips: every score over time, as SVG')
    .option(
      '--sweep [distances]',
      `trimaps made from the exact alpha, unknown up to so many pixels (${SWEEP_DISTANCES.join(',')})`,
      distanceList,
    )
    .option('--tolerance <n>', 'with --sweep: alpha within n/255 of 0 or 1 counts as known', wholeNumber, 0)
    .option('--plot <svg>', 'with --sweep: the error drawn against the distance')
    .option(
      '--submission <folder>',
      'write one method’s mattes of alphamatting.com’s test set for its web site',
    )
    .option('--overwrite', 'replace existing outputs')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      '\nStage 1 sees pictures in full unless --scale says otherwise: accuracy is what is measured.' +
        '\n\nExamples:' +
        '\n  matteflow eval photos' +
        '\n  matteflow eval photos --model dim.safetensors --stages stage1,stage1+2 --baseline trimap --csv scores.csv' +
        '\n  matteflow eval photos --baseline closed-form,knn --report report.html' +
        '\n  matteflow eval photos --sweep 1,7,13 --plot sweep.svg' +
        '\n  matteflow eval clip --baseline trimap --plots plots',
    )
    .action((folder: string, flags: EvalFlags) =>
      runCommand(flags, async (context) => {
        checkFlags(flags);
        const clips = await holdsClips(folder);
        checkKind(flags, clips);
        if (clips) return evalClips(folder, flags, context);
        if (flags.submission !== undefined) return submitSet(folder, flags, flags.submission, context);
        if (flags.sweep !== undefined) return sweepSet(folder, flags, distancesOf(flags.sweep), context);
        return evaluateSet(folder, flags, context);
      }),
    );
}
