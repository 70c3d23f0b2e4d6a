import { VIDEO_FILE_OPTIONS } from '../ffmpeg/input-options.js';
import type { FfmpegJob } from '../ffmpeg/process.js';
import type { OutputSource } from './output-target.js';

/** What QuickTime holds as it is, besides every PCM. */
const MOV_CODECS: ReadonlySet<string> = new Set([
  ...['aac', 'mp3', 'mp2', 'ac3', 'eac3', 'alac', 'qdm2', 'qdmc', 'adpcm_ima_qt', 'mace3', 'mace6', 'amr_nb'],
]);
/** All that the format allows. */
const WEBM_CODECS: ReadonlySet<string> = new Set(['opus', 'vorbis']);
/** What players of mp4 expect. */
const MP4_CODECS: ReadonlySet<string> = new Set(['aac', 'mp3', 'ac3', 'eac3', 'alac']);
/** PCM that no QuickTime sample description names. */
const ODD_PCM: ReadonlySet<string> = new Set(['pcm_bluray', 'pcm_dvd', 'pcm_vidc', 'pcm_zork', 'pcm_sga']);

type AudioContainer = 'mov' | 'mp4' | 'webm';

/** The encoder for what a container cannot hold, and its bits a second where it loses any. */
const REPLACEMENTS: Readonly<Record<AudioContainer, readonly [encoder: string, ...rate: string[]]>> = {
  mov: ['pcm_s24le'],
  mp4: ['aac', '256k'],
  webm: ['libopus', '256k'],
};

/** The part of a command that concerns sound; empty when there is none. */
export interface AudioPlan {
  readonly inputs: FfmpegJob['inputs'];
  readonly outputOptions: readonly string[];
  readonly notices: readonly string[];
}

/**
 * Copies the source's audio packets as they are where the container can hold them, and otherwise re-encodes: to
 * 24-bit PCM in mov, to AAC in mp4, to Opus in WebM. A range is cut at packets, each keeping its time to the frames.
 *
 * @param inputIndex - the position of the audio's file among the command's inputs
 */
export function planAudio(
  { path, audio }: OutputSource,
  container: AudioContainer,
  inputIndex: number,
): AudioPlan {
  if (!audio || audio.codecs.length === 0) return { inputs: [], outputOptions: [], notices: [] };
  const { codecs, startSeconds, durationSeconds } = audio;
  const [target, ...quality] = REPLACEMENTS[container];
  const kept = codecs.map((codec) => holds(container, codec));
  const encoder = (index: number): string[] =>
    kept[index]
      ? [`-c:a:${index}`, 'copy']
      : [`-c:a:${index}`, target, ...quality.flatMap((rate) => [`-b:a:${index}`, rate])];
  return {
    inputs: [
      {
        source: path,
        options: [
          ...VIDEO_FILE_OPTIONS,
          ...['-vn', '-sn', '-dn'],
          ...(startSeconds > 0 ? ['-ss', seconds(startSeconds)] : []),
          ...(durationSeconds === undefined ? [] : ['-t', seconds(durationSeconds)]),
        ],
      },
    ],
    outputOptions: [
      ...['-map', `${inputIndex}:a`, ...codecs.flatMap((_codec, index) => encoder(index))],
      // Else everything since the last video key frame is copied too, and hidden behind an edit list.
      ...(startSeconds > 0 ? ['-copypriorss', '0'] : []),
    ],
    notices: codecs
      .filter((_codec, index) => !kept[index])
      .map(
        (codec) => `The ${codec} audio was re-encoded to ${target}: ${container} cannot hold it as it is.`,
      ),
  };
}

function holds(container: AudioContainer, codec: string): boolean {
  if (container === 'webm') return WEBM_CODECS.has(codec);
  if (container === 'mp4') return MP4_CODECS.has(codec);
  return MOV_CODECS.has(codec) || (codec.startsWith('pcm_') && !ODD_PCM.has(codec));
}

/** ffmpeg counts microseconds. */
function seconds(value: number): string {
  return value.toFixed(6);
}
