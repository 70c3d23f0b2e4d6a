import { describe, expect, it } from 'vitest';
import { parseAacConfig } from '../../src/output/aac.js';

const parse = (hex: string) => {
  const { codec, sampleRate, channels } = parseAacConfig(Buffer.from(hex, 'hex'));
  return [codec, sampleRate, channels];
};

describe('the set-up of an AAC decoder', () => {
  it('is read as far as players are told of it', () => {
    // As ffmpeg writes them: LC of 48 kHz mono, 44.1 kHz stereo, 48 kHz 7.1; HE of 24 kHz stereo; a rate in full.
    expect(parse('118856e500')).toEqual(['mp4a.40.2', 48000, 1]);
    expect(parse('1210')).toEqual(['mp4a.40.2', 44100, 2]);
    expect(parse('11b8')).toEqual(['mp4a.40.2', 48000, 8]);
    expect(parse('2b11880000')).toEqual(['mp4a.40.5', 24000, 2]);
    expect(parse('17805dc010')).toEqual(['mp4a.40.2', 48000, 2]);
  });

  it('is refused where it says nothing that can be used', () => {
    for (const hex of ['', '12', '1180', '0000', '1690', '1780']) {
      expect(() => parse(hex), hex).toThrow(expect.objectContaining({ code: 'INPUT_UNSUPPORTED' }) as Error);
    }
  });
});
