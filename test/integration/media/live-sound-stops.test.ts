import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startLive } from '../../../src/live/live.js';
import { randomKey, storeKey } from '../../../src/live/rtmp/keys.js';
import { temporaryFolder } from '../../support/made-clip.js';
import { frameTimes, probeStream } from '../../support/media.js';
import { publish } from '../../support/rtmp.js';
import { watch } from '../../support/watcher.js';

const LONG = { timeout: 90_000, interval: 100 };
/** Seconds: when a microphone falls silent for good, and until when the camera is watched. More than an encoder waits for sound. */
const [SOUND, PICTURES] = [4, 18];

it('pictures go on for viewers and in the recording when the sound ends', { timeout: 240_000 }, async () => {
  const [publishKey, operatorKey] = [randomKey(), randomKey()];
  const keep = (key: string) => [storeKey(key, Date.now() + 3_600_000)];
  const file = join(await temporaryFolder(), 'talk.mov');
  const notices: string[] = [];
  const service = await startLive({
    ...{ rtmpPort: 0, httpPort: 0, healthPort: 0, threads: 1 },
    publishKeys: keep(publishKey),
    viewKeys: [],
    operatorKeys: keep(operatorKey),
    record: file,
    onNotice: (notice) => void notices.push(notice),
  });
  onTestFinished(() => service.close());
  const watcher = watch(service.httpPort, operatorKey);
  const publisher = publish(`rtmp://127.0.0.1:${service.rtmpPort}/live/${publishKey}`, {
    input: [
      ...['-re', '-f', 'lavfi', '-i', 'testsrc2=size=160x96:rate=15'],
      ...['-f', 'lavfi', '-i', `sine=frequency=440:duration=${SOUND}`],
    ],
    // Else ffmpeg itself would hold pictures back, waiting for sound to send between them.
    output: ['-c:a', 'aac', '-max_interleave_delta', '100000', '-g', '15', '-t', '60'],
  });
  onTestFinished(() => void publisher.child.kill());
  await expect.poll(() => watcher.told.some(({ kind }) => kind === 'sound'), LONG).toBe(true);
  await expect.poll(() => watcher.time, LONG).toBeGreaterThan(1000);
  watcher.socket.send(JSON.stringify({ kind: 'capture plate' }));
  await expect.poll(() => watcher.time, LONG).toBeGreaterThan(1000 * PICTURES);
  expect(watcher.told.findLast(({ kind }) => kind === 'stream')).toMatchObject({ state: 'live' });
  publisher.child.kill();

  await expect.poll(() => notices.some((notice) => notice.startsWith('recorded')), LONG).toBe(true);
  const times = await frameTimes(file);
  const longest = Math.max(...times.slice(1).map((time, n) => time - times[n]!));
  expect(times.at(-1)! - times[0]!).toBeGreaterThan(PICTURES - SOUND);
  // A busy machine drops frames, but not for seconds.
  expect(longest).toBeLessThan(3);
  const sound = await probeStream(file, 'a:0');
  expect(Number(sound.duration)).toBeLessThan(SOUND + 1);
});
