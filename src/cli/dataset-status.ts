import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { DatasetFolder } from '../dataset/dataset-folder.js';
import { requireQueueName } from '../dataset/queue/clip-queue.js';
import { readQueueStatus, type QueueStatus } from '../dataset/queue/queue-status.js';
import { summaryOf, writeStatusReport } from '../dataset/status-report.js';
import { readStatus, type DatasetStatus } from '../dataset/status.js';
import { runCommand, type CommandResult } from './command.js';
import { tableLines } from './text-table.js';

interface StatusFlags {
  readonly queue?: string;
  readonly name: string;
  readonly html?: string;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Clips that are listed at most; results.jsonl has them all. */
const MOST_LISTED = 30;
/** Milliseconds between two looks with --watch. */
const INTERVAL = 2000;

/** `matteflow dataset status`. */
export function datasetStatusCommand(): Command {
  return new Command('status')
    .description('how the latest run of a data set stands: what failed and why, what is left')
    .argument('<folder>', 'the data set: what "dataset run" was given with -o')
    .option('--queue <redis://…>', 'ask its queue as well: who is at work, what waits')
    .option('--name <queue>', 'the queue’s name', 'clips')
    .option('--html <file>', 'a page with thumbnails, failures first; replaces the last')
    .option('--watch', 'look again every two seconds, until Ctrl-C')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  matteflow dataset status mattes --html mattes/status.html')
    .action((path: string, flags: StatusFlags) =>
      runCommand(flags, async ({ signal, reporter }) => {
        const folder = new DatasetFolder(path);
        while (flags.watch && !signal.aborted) {
          const { text } = await look(folder, flags);
          // Clears a terminal and begins at its top; elsewhere one look follows another.
          reporter.note(`${process.stderr.isTTY ? '\x1b[H\x1b[2J' : ''}${text}`);
          await pause(INTERVAL, undefined, { signal }).catch(() => undefined);
        }
        return look(folder, flags);
      }),
    );
}

async function look(folder: DatasetFolder, { queue: url, name, html }: StatusFlags): Promise<CommandResult> {
  const status = await readStatus(folder);
  const queue = url === undefined ? undefined : await readQueueStatus(url, requireQueueName(name));
  if (html !== undefined) await writeStatusReport(html, folder, status);
  return {
    json: { ...status, ...(queue && { queue }), ...(html !== undefined && { html }) },
    text: [...statusLines(status), ...(queue ? queueLines(queue) : [])].join('\n'),
  };
}

function statusLines(status: DatasetStatus): string[] {
  const rows = status.known
    .filter(({ state }) => state !== 'done' && state !== 'waiting')
    .map(({ name, state, attempts, error }) => [
      name,
      state,
      attempts === undefined ? '' : `try ${attempts}`,
      error?.message ?? '',
    ]);
  const more = rows.length > MOST_LISTED ? [`… and ${rows.length - MOST_LISTED} more`] : [];
  const shown = rows.slice(0, MOST_LISTED);
  return [summaryOf(status), ...(shown.length > 0 ? tableLines(shown, 4) : []), ...more];
}

function queueLines({ open, running, dead }: QueueStatus): string[] {
  const rows = running.map(({ name, progress }) => [
    `  ${name}`,
    progress ? `${progress.phase} ${progress.frame}/${progress.frames}` : '',
  ]);
  return [
    `queue: ${open} open, ${running.length} running, ${dead.length} in the dead letters`,
    ...(rows.length > 0 ? tableLines(rows.slice(0, MOST_LISTED), 2) : []),
  ];
}
