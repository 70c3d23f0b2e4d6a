import { access } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { contentHash, fileHash, filesHash } from '../core/content-hash.js';
import { formatRational } from '../core/rational.js';
import { asError, MatteflowError, throwIfAborted } from '../core/errors.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import { listPictures } from '../ingest/numbered.js';
import type { OutputTarget } from '../output/output-target.js';
import type { Networks } from './networks.js';
import type { MatteVideoOptions, NetworkSettings } from './options.js';
import type { TrimapChoice } from './trimap-options.js';

/**
 * All that decides what a run's frames become, each by the name that a message calls it: settings as they are, files by
 * the SHA-256 of what they hold.
 */
export type RunIdentity = Readonly<Record<string, string>>;

/** What a run works on and with. */
export interface RunParts {
  readonly ffmpeg: Ffmpeg;
  readonly clip: Clip;
  readonly choice: TrimapChoice;
  readonly networks: Pick<Networks, 'engine' | 'device' | 'weights'>;
  readonly settings: NetworkSettings;
  readonly target: OutputTarget;
  readonly options: MatteVideoOptions;
  /** Frames. */
  readonly segmentLength: number;
}

/**
 * Reads every file that a run depends on.
 *
 * @throws MatteflowError `INPUT_MISSING` for one that cannot be read; `ABORTED`
 */
export async function identifyRun(parts: RunParts, signal: AbortSignal): Promise<RunIdentity> {
  const { clip, choice, networks, target, options } = parts;
  const hash = (path: string): Promise<string> => hashed(path, sourceHash(path, signal), signal);
  const { background } = target;
  return {
    input:
      clip.kind === 'video' ? await hash(clip.path) : await hashed(clip.path, pictures(clip, signal), signal),
    [choice.kind === 'painted' ? 'trimaps' : choice.kind]: await hash(choice.path),
    ...(options.garbage !== undefined && { garbage: await hash(options.garbage) }),
    ...(options.holdout !== undefined && { holdout: await hash(options.holdout) }),
    ...(networks.weights !== undefined && { weights: await hash(networks.weights) }),
    ...(background && {
      background: background.kind === 'colour' ? background.value : await hash(background.path),
    }),
    ...settingsOf(parts),
  };
}

function settingsOf({
  ffmpeg,
  clip,
  choice,
  networks,
  settings,
  target,
  options,
  segmentLength,
}: RunParts): RunIdentity {
  // What was asked for says less than what was found.
  const given = Object.entries(settings)
    .filter(([name]) => !['model', 'engine', 'device'].includes(name))
    .map(([name, value]) => [name, String(value)] as const);
  return {
    range: `${clip.firstNumber}:${clip.firstNumber + clip.frameCount - 1}`,
    model: networks.weights === undefined ? settings.model : basename(networks.weights),
    engine: networks.engine,
    device: networks.device,
    ...Object.fromEntries(given),
    format: `${target.format}${extname(target.path).toLowerCase()}`,
    premultiplied: String(target.premultiplied ?? false),
    single: String(target.single ?? false),
    reach: 'reach' in choice ? `${choice.reach.erode} ${choice.reach.dilate}` : 'none',
    rate: formatRational(clip.frameRate, '/'),
    timecode: options.timecode ?? 'its own',
    deinterlace: String(options.deinterlace ?? false),
    view: options.view ?? 'auto',
    salvage: String(options.salvage ?? false),
    foreground: options.foreground ?? 'fine',
    steady: String(options.steady ?? 'no'),
    report: options.onReport ? 'yes' : 'no',
    segment: String(segmentLength),
    ffmpeg: ffmpeg.version,
  };
}

/** Of a file, a folder, or all pictures that fit a pattern. */
async function sourceHash(path: string, signal: AbortSignal): Promise<string> {
  const [folder, pattern] = [dirname(path), basename(path)];
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there || !/%\d*d/.test(pattern)) return contentHash(path, signal);
  const pictures = await listPictures(folder, pattern, path);
  const names = pictures.map(({ name }) => name);
  return filesHash(folder, names, (file) => fileHash(file, signal));
}

/** A run's own pictures: others may come and go. */
function pictures({ input, firstNumber, frameCount }: Clip, signal: AbortSignal): Promise<string> {
  const pattern = basename(input.source);
  const names = Array.from({ length: frameCount }, (_, i) =>
    pattern.replace(/%%|%0?(\d*)d/g, (match, digits: string) =>
      match === '%%' ? '%' : String(firstNumber + i).padStart(Number(digits), '0'),
    ),
  );
  return filesHash(join(dirname(input.source).replaceAll('%%', '%')), names, (file) =>
    fileHash(file, signal),
  );
}

async function hashed(path: string, hash: Promise<string>, signal: AbortSignal): Promise<string> {
  try {
    return await hash;
  } catch (cause) {
    throwIfAborted(signal);
    throw new MatteflowError('INPUT_MISSING', {
      what: 'this cannot be read',
      seen: asError(cause).message,
      subject: path,
      cause,
    });
  }
}

/** What differs between two runs, one clause each; none when they are alike. */
export function differences(before: RunIdentity, now: RunIdentity): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names]
    .filter((name) => before[name] !== now[name])
    .map((name) => {
      const [was, is] = [before[name] ?? 'none', now[name] ?? 'none'];
      const hashes = [was, is].some((value) => /^[0-9a-f]{64}$/.test(value));
      return hashes ? name : `${name} ${was}, now ${is}`;
    });
}
