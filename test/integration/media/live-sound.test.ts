import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLive, type LiveService } from '../../../src/live/live.js';
import { randomKey, storeKey } from '../../../src/live/rtmp/keys.js';
import { CLAP_PERIOD, clapOffsets, publishClaps, type ClapPublisher } from '../../support/claps.js';
import { watch, type Watcher } from '../../support/watcher.js';

/** A busy machine mattes a few frames a second. */
const LONG = { timeout: 90_000, interval: 100 };
const CLAPS = 5;

const [publishKey, operatorKey] = [randomKey(), randomKey()];

describe('the sound of a live stream', () => {
  let folder: string;
  let service: LiveService;
  let watcher: Watcher;
  let publisher: ClapPublisher;
  const notices: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'matteflow-live-sound-'));
    const keep = (key: string) => [storeKey(key, Date.now() + 3_600_000)];
    service = await startLive({
      ...{ rtmpPort: 0, httpPort: 0, healthPort: 0, threads: 1 },
      publishKeys: keep(publishKey),
      viewKeys: [],
      operatorKeys: keep(operatorKey),
      record: join(folder, 'talk.mov'),
      onNotice: (notice) => notices.push(notice),
    });
  });
  afterAll(async () => {
    publisher.child.kill();
    await service.close();
    await rm(folder, { recursive: true });
  });

  it('is within 40 ms of the picture', async () => {
    watcher = watch(service.httpPort, operatorKey);
    publisher = publishClaps(`rtmp://127.0.0.1:${service.rtmpPort}/live/${publishKey}`, 160, 96);
    const last = (): Readonly<Record<string, unknown>> | undefined =>
      watcher.told.filter(({ kind }) => kind === 'report').at(-1);
    await expect.poll(() => last() !== undefined, LONG).toBe(true);
    watcher.socket.send(JSON.stringify({ kind: 'capture plate' }));
    await expect.poll(() => last()?.ready === true && last()?.plateFrames === 0, LONG).toBe(true);
    publisher.clap();
    const enough = watcher.time + (CLAPS + 2) * CLAP_PERIOD;
    await expect.poll(() => watcher.time > enough, LONG).toBe(true);
    publisher.child.kill();
    await publisher.ended;
    const heard = join(folder, 'viewer.flv');
    await watcher.save(heard);
    console.log(watcher.told.filter(({ kind }) => kind !== 'report'), last());
    if (process.env.KEEP) spawn('cp', ['-r', folder, '/tmp/snd/out']);
    const offsets = await clapOffsets(heard, 'crop=iw:ih/2:0:ih/2');
    console.log(offsets);
    await expect.poll(() => notices.some((n) => n.startsWith('recorded')), LONG).toBe(true);
    console.log(notices, await readdir(folder));
    console.log(await clapOffsets(join(folder, 'talk.mov'), 'alphaextract'));
    expect(offsets.length).toBeGreaterThanOrEqual(CLAPS);
    if (process.env.KEEP) spawn('cp', ['-r', folder, '/tmp/snd/out']);
  });
});
