import { Command, Option } from 'commander';
import { requireQueueName } from '../dataset/queue/clip-queue.js';
import { workOnQueue } from '../dataset/queue/work-on-queue.js';
import { runCommand } from './command.js';
import { positiveNumber, wholeNumber } from './values.js';
import { pinnedCores, withWorkerFlags, workplace, type WorkerFlags } from './worker-flags.js';

type DatasetWorkerFlags = WorkerFlags & {
  readonly queue: string;
  readonly name: string;
  readonly root: string;
  readonly output: string;
  readonly lock: number;
  readonly json?: boolean;
};

/** `matteflow dataset worker`. */
export function datasetWorkerCommand(): Command {
  const command = new Command('worker')
    .description('matte clips that "dataset run --queue" hands out, until told to stop (Ctrl-C, SIGTERM)')
    .requiredOption('--queue <redis://…>', 'where the clips come from')
    .requiredOption('--root <folder>', 'the clips’ folder, as this machine sees it')
    .requiredOption('-o, --output <folder>', 'the data set’s folder, as this machine sees it')
    .option('--name <queue>', 'the queue’s name', 'clips')
    .option(
      '--lock <seconds>',
      'without a sign of life for so long others take its clips',
      positiveNumber,
      30,
    )
    .addOption(new Option('--engine <name>').choices(['auto', 'onnx', 'tfjs']).default('auto'))
    .option('--device <name>', 'auto, cpu, webgpu, cuda, …; one worker a device', 'auto')
    .option('--batch <n>', 'tiles through the network at once (1 on a processor, 4 on a GPU)', wholeNumber)
    .option('--threads <n>', 'threads of each clip’s network (all cores)', wholeNumber)
    .option('--json', 'one JSON object on stdout');
  return withWorkerFlags(command)
    .addHelpText(
      'after',
      '\nExample, one on the processor and one on the GPU:' +
        '\n  matteflow dataset worker --queue redis://queue.local --root /data/clips -o /data/mattes --device cpu' +
        '\n  matteflow dataset worker --queue redis://queue.local --root /data/clips -o /data/mattes --device cuda',
    )
    .action((flags: DatasetWorkerFlags) =>
      runCommand(flags, async ({ signal, reporter }) => {
        const { queue: url, name, root, output, workers, lock, patience } = flags;
        const summary = await workOnQueue({
          ...{ url, queue: requireQueueName(name), workers, lock, patience, signal },
          place: workplace(flags, { root, output }),
          ...(await pinnedCores(flags)),
          onNotice: (notice) => reporter.note(notice),
        });
        const { done, failed, lost } = summary;
        return {
          json: summary,
          text: `${done} clips done, ${failed} attempts failed, ${lost} given up to others`,
        };
      }),
    );
}
