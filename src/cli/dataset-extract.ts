import { Command, Option } from 'commander';
import { MatteflowError } from '../core/errors.js';
import type { PictureFormat } from '../dataset/extract/extract-clip.js';
import { extractFrames } from '../dataset/extract/extract-frames.js';
import type { Sampling } from '../dataset/extract/sampling.js';
import { findFfmpeg } from '../ffmpeg/tools.js';
import { runCommand } from './command.js';
import { toolPaths } from './engine-flags.js';
import { positiveNumber, positiveWhole } from './values.js';

interface ExtractFlags {
  readonly output: string;
  readonly every?: number;
  readonly fps?: number;
  readonly count?: number;
  readonly format: PictureFormat;
  readonly json?: boolean;
}

/** The paper's. */
const EVERY = 5;

/** `matteflow dataset extract`. */
export function datasetExtractCommand(): Command {
  return new Command('extract')
    .description('take frames from clips: images/, and manifest.jsonl that says where each comes from')
    .argument('<inputs...>', 'video files, and folders of them')
    .requiredOption('-o, --output <folder>', 'the pictures; what was begun there is completed')
    .option('--every <n>', `every so many frames (${EVERY})`, positiveWhole)
    .option('--fps <rate>', 'so many a second instead', positiveNumber)
    .option('--count <n>', 'so many a clip instead, evenly spread', positiveWhole)
    .addOption(new Option('--format <name>').choices(['png', 'jpeg']).default('png'))
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  matteflow dataset extract footage -o frames --every 5')
    .action((inputs: string[], flags: ExtractFlags) =>
      runCommand(flags, async ({ signal, reporter }) => {
        const result = await extractFrames(await findFfmpeg({ ...toolPaths(), signal }), {
          ...{ inputs, output: flags.output, format: flags.format, sampling: samplingOf(flags), signal },
          onClip: (done, clips) => reporter.status(`${done}/${clips} clips`),
          onNotice: (notice) => reporter.note(notice),
        });
        const { output, clips, kept, pictures, failed } = result;
        if (failed.length > 0) process.exitCode = 1;
        const more = [
          kept > 0 && `${kept} extracted before`,
          failed.length > 0 && `${failed.length} unreadable`,
        ];
        return {
          json: result,
          text: [`${output}: ${pictures} pictures of ${clips} clips`, ...more.filter(Boolean)].join(', '),
        };
      }),
    );
}

function samplingOf({ every, fps, count }: ExtractFlags): Sampling {
  if ([every, fps, count].filter((value) => value !== undefined).length > 1) {
    throw new MatteflowError('USAGE', {
      what: 'frames are chosen in one way',
      expected: '--every, --fps or --count',
    });
  }
  if (fps !== undefined) return { perSecond: fps };
  return count !== undefined ? { count } : { every: every ?? EVERY };
}
