import { once } from 'node:events';
import { Command } from 'commander';
import { serveStudio } from '../studio/serve-studio.js';
import type { StudioOptions } from '../studio/studio.js';
import { runCommand, type CommandContext, type CommandResult } from './command.js';
import { runOptions, withEngineFlags, type EngineFlags } from './engine-flags.js';
import { portNumber } from './values.js';

type StudioFlags = EngineFlags & Pick<StudioOptions, 'trimaps'> & { readonly port?: number };

/** `matteflow studio`. */
export function studioCommand(): Command {
  return withEngineFlags(new Command('studio'))
    .description('paint keyframes on a local web page, and see what comes of them')
    .argument('<input>', 'a video file, a folder of numbered pictures, or a pattern such as shot.%04d.png')
    .option('--trimaps <folder>', 'where keyframes are read and saved (INPUT-trimaps, beside the clip)')
    .option('--port <number>', 'where to serve the page (any that is free)', portNumber)
    .addHelpText('after', '\nExample:\n  matteflow studio shot.mov --trimaps shot-keys')
    .action((input: string, flags: StudioFlags) =>
      runCommand(flags, (context) => studio(input, flags, context)),
    );
}

/** Serves until it is told to stop, which is how a day's painting ends: no failure. */
async function studio(input: string, flags: StudioFlags, context: CommandContext): Promise<CommandResult> {
  const { signal, reporter } = context;
  // Opening can be interrupted; from then on the signal ends the day, and painting is brought to the disk first.
  const opening = new AbortController();
  const abort = (): void => opening.abort(signal.reason);
  signal.addEventListener('abort', abort);
  const server = await serveStudio({ ...flags, ...runOptions(context), signal: opening.signal, input });
  signal.removeEventListener('abort', abort);
  try {
    reporter.note(`open ${server.url} in a browser; Ctrl-C ends it, every stroke is kept`);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server.close();
  }
  const { saved, drafts } = server.frames();
  const unsaved = drafts.length > 0 ? `, ${drafts.length} not saved yet (kept as drafts)` : '';
  return {
    json: { output: server.folder, saved, drafts },
    text: `${server.folder}: ${saved.length} keyframes${unsaved}`,
  };
}
