import { Command } from 'commander';
import { findFfmpeg } from '../ffmpeg/tools.js';
import { asError } from '../core/errors.js';
import { automaticDevice } from '../matting/engines/automatic-device.js';
import type { DeviceReport } from '../matting/engines/engine.js';
import { listDevices } from '../matting/engines/list-devices.js';
import { coreCount } from '../core/thread.js';
import { runCommand, type CommandResult } from './command.js';
import { toolPaths } from './engine-flags.js';

/** `matteflow doctor`. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('what was found on this machine, what would be used, and why')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  matteflow doctor')
    .action((flags: { readonly json?: boolean }) => runCommand(flags, examine));
}

async function examine(): Promise<CommandResult> {
  const [tools, devices, automatic] = await Promise.all([
    findFfmpeg(toolPaths()).then(
      (found) => ({ ...found, error: undefined }),
      (error: unknown) => ({ error: asError(error).message }),
    ),
    listDevices(),
    automaticDevice(),
  ]);
  const works = (wanted: string): DeviceReport | undefined =>
    devices.find(({ device, found }) => found && device === wanted);
  const chosen = works(automatic.device) ?? works('cpu');
  const lines = [
    `node     ${process.version}, ${coreCount()} cores`,
    ...(tools.error === undefined
      ? [
          `ffmpeg   ${tools.version} (${tools.ffmpeg})${tools.origin === 'npm' ? ', carried by npm: not for untrusted media' : ''}`,
          `ffprobe  ${tools.ffprobe}`,
          ...(tools.lacks.length > 0 ? [`lacking  ${tools.lacks.join(', ')}`] : []),
        ]
      : [`ffmpeg   ${tools.error}`]),
    ...devices.map(
      ({ engine, device, found, detail }) =>
        `${found ? 'found   ' : 'refused '} ${engine} on ${device}: ${detail}`,
    ),
    chosen
      ? `using    ${chosen.engine} on ${chosen.device}: ${automatic.reason}`
      : 'using    nothing: no engine works',
  ];
  return {
    json: {
      node: process.version,
      cores: coreCount(),
      ffmpeg: tools,
      devices,
      chosen: chosen ? { engine: chosen.engine, device: chosen.device, reason: automatic.reason } : null,
    },
    text: lines.join('\n'),
  };
}
