import { describe, expect, it } from 'vitest';
import { parseRtmpAddress } from '../../src/live/rtmp-address.js';

describe('an address to publish to', () => {
  it('hides all that it tells but the server', () => {
    const url = 'rtmp://me:pass%20word@live.example:1936/app/abc-123?token=tell%2Fno';
    const { shown, hide } = parseRtmpAddress(url);
    expect(shown).toBe('rtmp://live.example:1936/…');
    const said = hide(`${url}: no; key abc-123, token tell/no, tell%2Fno, pass word, pass%20word, app`);
    for (const secret of ['abc-123', 'tell', 'pass', 'me:']) expect(said).not.toContain(secret);
    expect(said).toContain(': no; key');
    expect(hide('Connection refused')).toBe('Connection refused');
  });

  it('is refused without being repeated where it is none', () => {
    for (const text of [
      'live/secret',
      'http://live.example/app/secret',
      'rtmp:///app/secret',
      'rtmp://live.example',
    ]) {
      const refused = expect.objectContaining({ code: 'USAGE' }) as Error;
      expect(() => parseRtmpAddress(text), text).toThrow(refused);
      expect(() => parseRtmpAddress(text)).not.toThrow(/secret/);
    }
  });
});
