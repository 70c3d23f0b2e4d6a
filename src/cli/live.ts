import { Command, InvalidArgumentError } from 'commander';
import { startLive } from '../live/live.js';
import { DEFAULTS, type LiveOptions } from '../live/options.js';
import { randomKey, storeKey, type StoredKey } from '../live/rtmp/keys.js';
import { MatteflowError } from '../core/errors.js';
import { runCommand, type CommandContext, type CommandResult } from './command.js';
import { runOptions, withEngineFlags, type EngineFlags } from './engine-flags.js';
import { portNumber, wholeNumber } from './values.js';

interface LiveFlags extends EngineFlags {
  readonly rtmp: number;
  readonly http: number;
  readonly health: number;
  readonly host: string;
  readonly key?: string;
  readonly keyHours: number;
  readonly keyframe?: string;
  readonly trimap?: string;
  readonly trimapModel?: string;
  readonly latency: number;
  readonly record?: string;
  readonly rtmpOut?: string;
  readonly background?: string;
  readonly origin?: readonly string[];
  readonly viewers: number;
  readonly viewersPerAddress: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** Characters of a key that a person chooses, at least. */
const SHORTEST_KEY = 16;

/** `matteflow live`. */
export function liveCommand(): Command {
  const command = new Command('live')
    .description('take a stream by RTMP, matte it, show it keyed in a browser or as a browser source')
    .option('--rtmp <port>', 'publishers connect here', portNumber, DEFAULTS.rtmpPort)
    .option('--http <port>', 'the page', portNumber, DEFAULTS.httpPort)
    .option('--health <port>', 'health and metrics, for this machine alone', portNumber, DEFAULTS.healthPort)
    .option('--host <address>', 'of publishers and viewers; 0.0.0.0: the whole network', DEFAULTS.host)
    .option('--key <text>', 'the publisher’s key (one is made and shown)', chosenKey)
    .option('--key-hours <n>', 'for how long keys open anything', wholeNumber, 24)
    .option('--keyframe <picture>', 'a picture of the scene with the subject in it, instead of a plate')
    .option('--trimap <png>', 'what was painted for it')
    .option('--trimap-model <file>', 'weights of the model trimap-unet, which you train, instead of either')
    .option(
      '--latency <ms>',
      'quality is given up when a frame is here for longer',
      wholeNumber,
      DEFAULTS.latency,
    )
    .option('--record <file>', 'keep the keyed picture and its sound: .mov (ProRes 4444) or .webm')
    .option('--rtmp-out <url>', 'publish it on, over a background: rtmp://server/application/key')
    .option('--background <colour|image|video>', 'what that lies over (studio green)')
    .option('--origin <origin...>', 'pages elsewhere that may show the stream: https://host[:port]')
    .option('--viewers <n>', 'at once', wholeNumber, DEFAULTS.viewers)
    .option('--viewers-per-address <n>', 'at once from one address', wholeNumber, DEFAULTS.viewersAnAddress)
    .option('--tls-cert <pem>', 'serve the page by https, with this certificate')
    .option('--tls-key <pem>', 'and its private key');
  return withEngineFlags(command)
    .addHelpText(
      'after',
      '\nExample:\n  matteflow live' +
        '\n  (publish to the address it prints, open the page, step out of the picture, press Capture plate)',
    )
    .action((flags: LiveFlags) => runCommand(flags, (context) => live(flags, context)));
}

async function live(flags: LiveFlags, context: CommandContext): Promise<CommandResult> {
  const { signal, reporter } = context;
  const { keyframe, trimap, tlsCert, tlsKey, ...rest } = flags;
  const publishKey = flags.key ?? randomKey();
  const [operatorKey, viewKey] = [randomKey(), randomKey()];
  const expires = Date.now() + flags.keyHours * 3_600_000;
  const keep = (key: string): StoredKey[] => [storeKey(key, expires)];
  const service = await startLive({
    ...rest,
    ...runOptions(context),
    rtmpPort: flags.rtmp,
    httpPort: flags.http,
    healthPort: flags.health,
    publishKeys: keep(publishKey),
    operatorKeys: keep(operatorKey),
    viewKeys: keep(viewKey),
    viewersAnAddress: flags.viewersPerAddress,
    ...(flags.origin && { origins: flags.origin }),
    ...pairOf(keyframe, trimap, '--keyframe', '--trimap', (picturePath, trimapPath) => ({
      keyframe: { picturePath, trimapPath },
    })),
    ...pairOf(tlsCert, tlsKey, '--tls-cert', '--tls-key', (certPath, keyPath) => ({
      tls: { certPath, keyPath },
    })),
  });
  try {
    const name = flags.host === '127.0.0.1' || flags.host === '0.0.0.0' ? 'localhost' : flags.host;
    const page = `${tlsCert === undefined ? 'http' : 'https'}://${name}:${service.httpPort}/`;
    reporter.note(`publish to    rtmp://${name}:${service.rtmpPort}/live   key ${publishKey}`);
    reporter.note(`your page     ${page}?key=${operatorKey}`);
    reporter.note(`for viewers   ${page}?key=${viewKey}`);
    reporter.note(`for OBS       ${page}?key=${viewKey}&bare`);
    reporter.note(`metrics       http://127.0.0.1:${service.healthPort}/metrics`);
    reporter.note(`runs          ${service.engine}; Ctrl-C ends it`);
    const interrupted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([interrupted, service.failed]);
  } finally {
    await service.close();
  }
  return { json: { ended: true }, text: 'ended' };
}

/** Both of two flags that mean nothing alone, or neither. */
function pairOf(
  first: string | undefined,
  second: string | undefined,
  firstFlag: string,
  secondFlag: string,
  use: (first: string, second: string) => Partial<LiveOptions>,
): Partial<LiveOptions> {
  if (first === undefined && second === undefined) return {};
  if (first !== undefined && second !== undefined) return use(first, second);
  throw new MatteflowError('USAGE', {
    what: `${firstFlag} and ${secondFlag} belong together`,
    seen: first === undefined ? `${secondFlag} alone` : `${firstFlag} alone`,
  });
}

function chosenKey(text: string): string {
  if (/^[\w-]+$/.test(text) && text.length >= SHORTEST_KEY) return text;
  throw new InvalidArgumentError(`At least ${SHORTEST_KEY} letters, digits, "-" or "_" are expected.`);
}
