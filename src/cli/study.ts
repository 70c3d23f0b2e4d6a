import { once } from 'node:events';
import { Command } from 'commander';
import { progressMeter } from '../pipeline/progress.js';
import { buildStudy } from '../evaluation/study/build-study.js';
import { serveStudy } from '../evaluation/study/serve-study.js';
import { readStudy, votesPath } from '../evaluation/study/study-file.js';
import { tallyVotes, type PairTally } from '../evaluation/study/tally.js';
import { readVotes } from '../evaluation/study/votes-file.js';
import { CLASSICAL_NAMES, type ClassicalName } from '../matting/classical.js';
import { runCommand, type CommandContext, type CommandResult } from './command.js';
import { runOptions } from './engine-flags.js';
import { openMethods, type OpenMethods } from './eval-methods.js';
import { baselineList, EVAL_STAGES, stagesList, type EvalStages } from './eval-values.js';
import { findStudyPictures } from './study-pictures.js';
import { portNumber } from './values.js';

interface ServeFlags {
  readonly port?: number;
  readonly json?: boolean;
}

interface MakeFlags extends ServeFlags {
  readonly model: readonly string[];
  readonly stages?: readonly EvalStages[];
  readonly baseline?: readonly ClassicalName[];
  readonly device: string;
  readonly output: string;
  readonly seed: string;
  readonly serve: boolean;
}

/** `matteflow study …`. */
export function studyCommand(): Command {
  return new Command('study')
    .description('ask people which of two mattes they prefer')
    .addHelpText(
      'after',
      '\nExample:\n  matteflow study photos --model compact --baseline closed-form -o preference\n  matteflow study results preference',
    )
    .addCommand(makeCommand(), { isDefault: true })
    .addCommand(serveCommand())
    .addCommand(resultsCommand());
}

/** A command of its own, as subcommands inherit what their parent requires. */
function makeCommand(): Command {
  return new Command('make')
    .description(
      'matte a set by several methods and open a page that asks about them; meant unless another is named',
    )
    .argument('<set>', 'a folder with image/ and trimap/, names match')
    .option('--model <names...>', 'shipped models, .safetensors files, methods without weights', ['compact'])
    .option('--stages <list>', `of ${EVAL_STAGES.join(', ')}: each is a method (the whole model)`, stagesList)
    .option('--baseline <list>', `of ${CLASSICAL_NAMES.join(', ')}: what to compare with`, baselineList)
    .requiredOption('-o, --output <folder>', 'the study to make')
    .option('--device <name>', 'auto, cpu, webgpu, cuda, …; an absent one is an error', 'auto')
    .option('--seed <text>', 'decides order and sides', '1')
    .option('--port <number>', 'where to serve the page (any that is free)', portNumber)
    .option('--no-serve', 'only make the study')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  matteflow study photos --baseline closed-form -o preference' +
        '\n  matteflow study photos --model compact mine.safetensors --stages stage1,stage1+2 -o preference',
    )
    .action((set: string, flags: MakeFlags) => runCommand(flags, (context) => make(set, flags, context)));
}

function serveCommand(): Command {
  return new Command('serve')
    .description('go on with a study')
    .argument('<folder>', 'the study')
    .option('--port <number>', 'where to serve the page (any that is free)', portNumber)
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  matteflow study serve preference --port 8080')
    .action((folder: string, flags: ServeFlags) =>
      runCommand(flags, (context) => serve(folder, flags, context)),
    );
}

function resultsCommand(): Command {
  return new Command('results')
    .description('who was preferred, how clearly')
    .argument('<folder>', 'the study')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  matteflow study results preference --json')
    .action((folder: string, flags: { readonly json?: boolean }) =>
      runCommand(flags, async () => {
        const tally = tallyVotes(await readStudy(folder), await readVotes(votesPath(folder)));
        const head = `${tally.votes} votes of ${tally.observers} ${tally.observers === 1 ? 'observer' : 'observers'}`;
        return { json: tally, text: [head, ...tally.pairs.map(pairText)].join('\n') };
      }),
    );
}

async function make(set: string, flags: MakeFlags, context: CommandContext): Promise<CommandResult> {
  const { output, seed } = flags;
  const { signal, reporter } = context;
  const pictures = await findStudyPictures(set);
  const open = await studyMethods(flags, context);
  try {
    const methods = [...open.models, ...open.baselines];
    const tell = progressMeter('matte', (progress) => reporter.progress(progress));
    const study = await buildStudy(
      output,
      { methods, pictures: pictures.read(), seed },
      { signal, onPicture: (done) => tell(done, pictures.count) },
    );
    if (!flags.serve) {
      const count = study.pictures.length;
      return {
        json: { output, methods: study.methods, pictures: count },
        text: `${output}: ${count} ${count === 1 ? 'picture' : 'pictures'}. Begin with: matteflow study serve ${output}`,
      };
    }
  } finally {
    // The networks' memory and threads are not needed while people look.
    await open.close();
  }
  return serve(output, flags, context);
}

/** What is compared: as `eval` opens it, at full scale. */
function studyMethods(
  { model, stages, baseline = [], device }: MakeFlags,
  context: CommandContext,
): Promise<OpenMethods> {
  return openMethods(
    {
      models: model,
      ...(stages && { stages }),
      engines: ['auto'],
      devices: [device],
      baselines: baseline,
      work: { scale: 1 },
    },
    runOptions(context),
  );
}

/** Serves until it is told to stop, which is how a study's day ends: no failure. */
async function serve(
  folder: string,
  { port }: ServeFlags,
  { signal, reporter }: CommandContext,
): Promise<CommandResult> {
  const server = await serveStudy(folder, port === undefined ? {} : { port });
  try {
    reporter.note(`open ${server.url} in a browser; Ctrl-C ends it, every vote is kept`);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server.close();
  }
  const { votes } = server;
  return { json: { output: folder, votes }, text: `${folder}: ${votes} votes` };
}

function pairText({
  methods: [one, other],
  wins,
  losses,
  unsure,
  share,
  interval,
  pValue,
}: PairTally): string {
  const head = `${one} – ${other}: ${wins} to ${losses}, ${unsure} undecided`;
  if (share === undefined) return head;
  const percent = (value: number): string => (100 * value).toFixed(0);
  const range = interval.map(percent).join(' to ');
  const p = pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toFixed(3)}`;
  return `${head}; ${one} preferred in ${percent(share)} % (95 % interval ${range} %), ${p}`;
}
