import { basename, extname, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { MatteflowError } from '../core/errors.js';
import { matteVideo } from '../pipeline/matte-video.js';
import type { Rational } from '../core/rational.js';
import { VIEW_CHOICES } from '../matting/viewing.js';
import type { OutputFormat } from '../output/output-target.js';
import { OUTPUT_FORMATS } from '../output/plan-output.js';
import type { MatteVideoOptions } from '../pipeline/options.js';
import type { ForceOptions, TrimapOptions } from '../pipeline/trimap-options.js';
import { runCommand } from './command.js';
import { runOptions, withEngineFlags, type EngineFlags } from './engine-flags.js';
import { withTrimapFlags } from './trimap-flags.js';
import { requireWritable } from './output-files.js';
import { exactRate, frameRange, positiveNumber, wholeNumber } from './values.js';

type MatteFlags = EngineFlags &
  TrimapOptions &
  ForceOptions &
  Pick<
    MatteVideoOptions,
    | 'format'
    | 'background'
    | 'premultiplied'
    | 'timecode'
    | 'deinterlace'
    | 'view'
    | 'range'
    | 'overwrite'
    | 'resume'
    | 'salvage'
    | 'foreground'
    | 'segment'
    | 'steady'
  > & {
    readonly qc?: string;
    readonly output?: string;
    readonly straight?: boolean;
    readonly float?: boolean;
    readonly fps?: Rational;
  };

/** What each format is called where no name is given. */
const DEFAULT_ENDING: Readonly<Record<OutputFormat, string>> = {
  prores4444: '.mov',
  prores4444xq: '.mov',
  webm: '.webm',
  png: '',
  tiff: '',
  exr: '',
  matte: '.mkv',
  'side-by-side': '.mov',
  composite: '.mp4',
};

/** `matteflow matte`. */
export function matteCommand(): Command {
  return withTrimapFlags(withEngineFlags(new Command('matte')))
    .description('matte a clip: video or numbered pictures with alpha, the matte alone, or a composite')
    .argument('<input>', 'a video file, a folder of numbered pictures, or a pattern such as shot.%04d.png')
    .option('-o, --output <path>', 'the file or folder to make (INPUT-matte.mov, …)')
    .addOption(
      new Option('--format <name>', 'matte: .mkv is FFV1, .mov ProRes, a folder PNG')
        .choices(OUTPUT_FORMATS)
        .default('prores4444'),
    )
    .option('--background <colour|image|video>', 'what a composite lies over (studio green)')
    .addOption(
      new Option(
        '--foreground <method>',
        'the subject’s colour in soft edges: exact, or several times faster',
      )
        .choices(['fine', 'fast'])
        .default('fine'),
    )
    .addOption(
      new Option('--steady [strength]', 'less flicker: how much each neighbouring frame counts, up to 4')
        .preset('1')
        .argParser(positiveNumber),
    )
    .option('--qc <file.html>', 'a page of the frames worth a look, and of confidence and flicker over time')
    .option('--premultiplied', 'colour multiplied by alpha: ProRes, side-by-side (straight)')
    .addOption(new Option('--straight', 'colour as it is: EXR (premultiplied)').conflicts('premultiplied'))
    .option('--float', 'EXRs of 32 bits a sample (half)')
    .option('--fps <rate>', 'of numbered pictures: 24, 23.976, 30000/1001 (their own, else 24)', exactRate)
    .option('--timecode <HH:MM:SS:FF>', 'of the first frame; ; before the frames in drop-frame (the clip’s)')
    .option('--deinterlace', 'make whole frames of interlaced ones (they are refused)')
    .addOption(
      new Option('--view <name>', 'how HDR, log or linear colour is shown to the networks')
        .choices(VIEW_CHOICES)
        .default('auto'),
    )
    .option('--range <A:B>', 'first and last frame, in the shot’s own numbers', frameRange)
    .option('--overwrite', 'replace an existing output')
    .option('--resume', 'go on with what a run that was stopped has finished')
    .option('--salvage', 'damaged frames show the one before them and are listed (damage is refused)')
    .option(
      '--segment <frames>',
      'frames finished together in a long run; 0: one go, no resuming (100)',
      wholeNumber,
    )
    .addHelpText(
      'after',
      '\nExample:\n  matteflow matte shot.mov --trimaps shot-trimaps -o shot-matte.mov' +
        '\n  matteflow matte plates/shot.%04d.exr --trimaps keys --fps 23.976 --format exr -o shot-rgba' +
        '\n  matteflow matte shot.mov --trimaps shot-trimaps --steady --qc shot-qc.html' +
        '\n  matteflow matte shot.mov --plate empty.mov' +
        '\n  (shot-trimaps holds 0000.png, 0048.png, …: black background, white subject, grey where unsure)',
    )
    .action((input: string, flags: MatteFlags) =>
      runCommand(flags, async (context) => {
        const output = flags.output ?? defaultOutput(input, flags.format ?? 'prores4444');
        const { straight, float, fps, qc, ...options } = flags;
        const { overwrite = false } = flags;
        if (qc !== undefined) await requirePage(qc, output, overwrite);
        const result = await matteVideo({
          ...{ ...options, ...runOptions(context), input, output },
          ...(straight && { premultiplied: false }),
          ...(float && { single: true }),
          ...(fps && { frameRate: fps }),
          ...(qc !== undefined && {
            onReport: async (report) => {
              // The library that draws its charts takes half a second to load.
              const { writeQcPage } = await import('../evaluation/qc/write-qc-page.js');
              await writeQcPage(qc, { ...report, title: basename(output) }, overwrite);
            },
          }),
        });
        return {
          json: { ...result, ...(qc !== undefined && { qc }) },
          text: `${result.output}: ${result.frames} frames at ${result.fps.toFixed(1)} fps (${result.engine}, ${result.device})`,
        };
      }),
    );
}

/** @throws `USAGE` for a page that would take the output's name; `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE` */
async function requirePage(page: string, output: string, overwrite: boolean): Promise<void> {
  if (resolve(page) === resolve(output)) {
    throw new MatteflowError('USAGE', {
      what: 'the QC page and the output have the same name',
      seen: page,
      remedy: 'Give the page a name of its own, such as shot-qc.html',
    });
  }
  await requireWritable(page, overwrite);
}

function defaultOutput(input: string, format: OutputFormat): string {
  return `${basename(input, extname(input))}-matte${DEFAULT_ENDING[format]}`;
}
