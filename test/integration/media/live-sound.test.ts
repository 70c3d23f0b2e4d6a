import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLive, type LiveService } from '../../../src/live/live.js';
import { randomKey, storeKey } from '../../../src/live/rtmp/keys.js';
import { CLAP_PERIOD, clapOffsets, publishClaps, type ClapPublisher } from '../../support/claps.js';
import { freePort } from '../../support/free-port.js';
import { frameTimes, probeStream } from '../../support/media.js';
import { watch } from '../../support/watcher.js';

const FFMPEG = 'ffmpeg';
/** A busy machine mattes a few frames a second. */
const LONG = { timeout: 90_000, interval: 100 };
/** That are sent; those that fall into a gap between two pictures are not seen. */
const CLAPS = 8;
const FEWEST = 3;
/** Milliseconds. */
const MOST_OFF = 40;

const [publishKey, operatorKey, secret] = [randomKey(), randomKey(), randomKey()];

/** A server that took what was published on. */
interface Receiver {
  readonly file: string;
  readonly ended: Promise<unknown>;
}

describe('the sound of a live stream', () => {
  let folder: string;
  let service: LiveService;
  let publisher: ClapPublisher | undefined;
  let receiver: Receiver | undefined;
  const notices: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'matteflow-live-sound-'));
    const port = await freePort();
    const keep = (key: string) => [storeKey(key, Date.now() + 3_600_000)];
    service = await startLive({
      ...{ rtmpPort: 0, httpPort: 0, healthPort: 0, threads: 1 },
      publishKeys: keep(publishKey),
      viewKeys: [],
      operatorKeys: keep(operatorKey),
      // A frame whose alpha is moved from the one before cannot show a clap.
      latency: 60_000,
      record: join(folder, 'talk.mov'),
      rtmpOut: `rtmp://127.0.0.1:${port}/live/${secret}`,
      background: 'black',
      onNotice: (notice) => {
        notices.push(notice);
        // It is there for the second try.
        if (notice.startsWith('Publishing to')) receiver ??= receive(port, join(folder, 'relayed.flv'));
      },
    });
  });
  afterAll(async () => {
    publisher?.child.kill();
    await service.close();
    await receiver?.ended;
    await rm(folder, { recursive: true });
  });

  it('is within 40 ms of the picture for viewers, in the recording, and where it is published on', async () => {
    const watcher = watch(service.httpPort, operatorKey);
    publisher = publishClaps(`rtmp://127.0.0.1:${service.rtmpPort}/live/${publishKey}`, 160, 96);
    const report = (): Readonly<Record<string, unknown>> | undefined =>
      watcher.told.findLast(({ kind }) => kind === 'report');
    await expect.poll(() => report()?.sound, LONG).toBe(true);
    await expect
      .poll(() => report()?.outputs, LONG)
      .toEqual(
        ['publish', 'record'].map((name) => expect.objectContaining({ name, state: 'on' }) as unknown),
      );
    watcher.socket.send(JSON.stringify({ kind: 'capture plate' }));
    await expect.poll(() => report()?.ready === true && report()?.plateFrames === 0, LONG).toBe(true);
    publisher.clap();
    const enough = watcher.time + CLAPS * CLAP_PERIOD;
    await expect.poll(() => watcher.time > enough, LONG).toBe(true);
    const metrics = await (await fetch(`http://127.0.0.1:${service.healthPort}/metrics`)).text();
    for (const output of ['record', 'publish'])
      expect(metrics).toContain(`matteflow_live_output_on{output="${output}"} 1\n`);
    publisher.child.kill();

    const recorded = (): boolean => notices.some((notice) => notice.startsWith('recorded'));
    await expect.poll(recorded, LONG).toBe(true);
    await receiver?.ended;
    const viewed = join(folder, 'viewed.flv');
    await watcher.save(viewed);
    for (const [file, bright] of [
      [viewed, 'crop=iw:ih/2:0:ih/2'],
      [join(folder, 'talk.mov'), 'alphaextract'],
      [receiver!.file, 'null'],
    ] as const) {
      const offsets = await clapOffsets(file, bright);
      expect(offsets.length, file).toBeGreaterThanOrEqual(FEWEST);
      expect(Math.max(...offsets.map(Math.abs)), `${file}: ${offsets.join(', ')} ms`).toBeLessThanOrEqual(
        MOST_OFF,
      );
    }
  });

  it('is recorded in ProRes 4444 with alpha, frames at the times they were published', async () => {
    const file = join(folder, 'talk.mov');
    expect(await probeStream(file)).toMatchObject({ codec_name: 'prores', pix_fmt: 'yuva444p12le' });
    const times = await frameTimes(file);
    // All of the camera's 25 frames a second: none is at a time of its own.
    expect(times.filter((time) => Math.abs(25 * time - Math.round(25 * time)) > 0.026)).toEqual([]);
  });

  it('tells nobody the key it is published on with', () => {
    expect(notices.some((notice) => notice.startsWith('Publishing to rtmp://127.0.0.1'))).toBe(true);
    expect(notices.join()).not.toContain(secret);
  });
});

/** A server that takes one stream and ends with it. */
function receive(port: number, file: string): Receiver {
  const url = `rtmp://127.0.0.1:${port}/live/${secret}`;
  const child = spawn(FFMPEG, ['-v', 'error', '-listen', '1', '-i', url, '-c', 'copy', file], {
    stdio: 'ignore',
  });
  return { file, ended: new Promise((resolve) => child.once('exit', resolve)) };
}
