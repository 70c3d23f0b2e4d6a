import { MatteflowError } from '../core/errors.js';

/** How a stream of AAC is decoded. */
export interface AacFormat {
  /** AudioSpecificConfig, as containers carry it. */
  readonly config: Uint8Array;
  /** Hertz, as the decoder is told. */
  readonly sampleRate: number;
  readonly channels: number;
  /** As WebCodecs and Media Source Extensions name it: `mp4a.40.2`. */
  readonly codec: string;
}

/** By index, hertz (ISO/IEC 14496-3, table 1.18). */
const RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
/** The rate is written out. */
const OTHER_RATE = 15;
/** The type has six bits more. */
const MORE_TYPES = 31;
/** By channel configuration; 0 says that the stream itself tells. */
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];

/**
 * Reads an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) as far as players have to be told of it.
 *
 * @throws MatteflowError `INPUT_UNSUPPORTED` when it is none, or leaves rate or channels open
 */
export function parseAacConfig(config: Uint8Array): AacFormat {
  let at = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (; count > 0; count -= 1, at += 1)
      value = 2 * value + (((config[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
  const short = bits(5);
  const type = short === MORE_TYPES ? 32 + bits(6) : short;
  const index = bits(4);
  const sampleRate = index === OTHER_RATE ? bits(24) : RATES[index];
  const channels = CHANNELS[bits(4)];
  if (at > 8 * config.length || type === 0 || !sampleRate || !channels) {
    throw new MatteflowError('INPUT_UNSUPPORTED', {
      what: 'the sound cannot be decoded',
      seen: `AAC that begins with ${Buffer.from(config).toString('hex') || 'nothing'}`,
      expected: 'a rate and one to eight channels',
    });
  }
  return { config, sampleRate, channels, codec: `mp4a.40.${type}` };
}
