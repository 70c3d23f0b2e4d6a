import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openClip } from '../../../src/ingest/clip.js';
import { Proxies, type ProxyProgress } from '../../../src/studio/proxies.js';
import { ffmpegTools, never, plainFfmpeg, temporary } from '../../support/lavfi.js';

describe('the studio’s proxies', () => {
  it('tell where the clip cuts, once each', async () => {
    const path = join(await temporary(), 'two-shots.mkv');
    const shots = ['smptebars=size=96x64:rate=25', 'color=teal:size=96x64:rate=25'];
    await plainFfmpeg(
      ...shots.flatMap((shot) => ['-f', 'lavfi', '-t', '0.24', '-i', shot]),
      ...['-filter_complex', 'concat=n=2', '-c:v', 'ffv1', path],
    );
    const ffmpeg = await ffmpegTools();
    const told: ProxyProgress[] = [];
    const proxies = await Proxies.start(
      ffmpeg,
      await openClip(ffmpeg, path, { signal: never() }),
      (progress) => told.push(progress),
    );
    try {
      expect((await proxies.read(11)).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
      expect(proxies.made).toBe(12);
      expect(proxies.cuts).toEqual([6]);
      expect(told.filter(({ isCut }) => isCut)).toEqual([{ made: 7, isCut: true }]);
    } finally {
      await proxies.close();
    }
  });
});
