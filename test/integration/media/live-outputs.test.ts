import { execFileSync, spawnSync } from 'node:child_process';
import { copyFile, readdir } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { IntegerFormat } from '../../../src/core/frame.js';
import { findFfmpeg } from '../../../src/ffmpeg/tools.js';
import { Recording } from '../../../src/live/recording.js';
import { Relay } from '../../../src/live/relay.js';
import { parseRtmpAddress } from '../../../src/live/rtmp-address.js';
import { temporaryFolder } from '../../support/made-clip.js';
import { decodeAlpha, probeStream } from '../../support/media.js';

const FORMAT: IntegerFormat = {
  ...{ width: 64, height: 48, model: 'yuv', depth: 8 },
  ...{ tags: { matrix: 'bt709', range: 'tv' }, sampleAspect: { num: 1, den: 1 } },
};
const STREAM = { format: FORMAT, sound: undefined };
const pixels = FORMAT.width * FORMAT.height;
const ffmpeg = await findFfmpeg();

/** Noise, which no encoder makes small, under an alpha that says which frame it is. */
function planes(frame: number) {
  const noise = (): Uint8Array =>
    Uint8Array.from({ length: pixels }, (_, i) => 16 + ((i * 7919 + frame * 31) % 200));
  return {
    colour: [noise(), noise(), noise()] as const,
    alpha: new Float32Array(pixels).fill((frame % 10) / 10),
  };
}

async function record(path: string): Promise<{ recording: Recording; notices: string[] }> {
  const notices: string[] = [];
  const onNotice = (notice: string): void => void notices.push(notice);
  return { recording: await Recording.open({ ffmpeg, path, onNotice }, STREAM), notices };
}

/** Offers frames as fast as they are taken, until as many were. */
async function fill(recording: Recording, frames: number): Promise<void> {
  for (let n = 0; recording.report.frames < frames && recording.report.state === 'on'; n += 1) {
    recording.picture(planes(n), 40 * n);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('a recording', () => {
  it('has the alpha of each frame, and a name of its own', async () => {
    const folder = await temporaryFolder();
    for (const name of ['talk.mov', 'talk-2.mov']) {
      const { recording, notices } = await record(join(folder, 'talk.mov'));
      for (let n = 0; n < 5; n += 1) recording.picture(planes(n), 40 * n);
      await recording.close();
      expect(notices).toEqual([`recorded ${join(folder, name)}: 5 frames`]);
      const alphas = await decodeAlpha(join(folder, name), FORMAT);
      expect(alphas.map((alpha) => alpha[0]!.toFixed(2))).toEqual(['0.00', '0.10', '0.20', '0.30', '0.40']);
    }
    expect((await readdir(folder)).sort()).toEqual(['talk-2.mov', 'talk.mov']);
  });

  it('is WebM where its name says so', async () => {
    const folder = await temporaryFolder();
    const { recording } = await record(join(folder, 'talk.webm'));
    for (let n = 0; n < 5; n += 1) recording.picture(planes(n), 40 * n);
    await recording.close();
    const stream = await probeStream(join(folder, 'talk.webm'));
    expect(stream).toMatchObject({ codec_name: 'vp9', nb_read_packets: '5', tags: { alpha_mode: '1' } });
  });

  it('leaves nothing where there was no picture', async () => {
    const folder = await temporaryFolder();
    const { recording } = await record(join(folder, 'talk.mov'));
    await recording.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('drops what the encoder has no room for, and counts it', async () => {
    const { recording } = await record(join(await temporaryFolder(), 'talk.mov'));
    for (let n = 0; n < 50; n += 1) recording.picture(planes(n), 40 * n);
    expect(recording.report.dropped).toBe(42);
    await recording.close();
    expect(recording.report.frames).toBe(8);
  });

  it('can be played as far as it was written, if everything dies', async () => {
    const folder = await temporaryFolder();
    const { recording } = await record(join(folder, 'talk.mov'));
    await fill(recording, 90);
    const [part] = await readdir(folder);
    const copy = join(folder, 'copy.mov');
    // The encoder is some frames behind.
    await expect
      .poll(
        async () => {
          await copyFile(join(folder, part!), copy);
          return probeStream(copy).then(
            ({ nb_read_packets: frames }) => Number(frames),
            () => 0,
          );
        },
        { timeout: 30_000 },
      )
      .toBeGreaterThanOrEqual(25);
    await recording.close();
  });

  it('stops where the disk is full, says so, and keeps what it has', async ({ skip }) => {
    const folder = await temporaryFolder();
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1500k', 'tmpfs', folder]).status !== 0)
      return skip('no tmpfs can be mounted here');
    onTestFinished(() => void execFileSync('umount', [folder]));
    const { recording, notices } = await record(join(folder, 'talk.mov'));
    await fill(recording, 10_000);
    expect(recording.report.state).toBe('stopped');
    await recording.close();
    expect(notices).toEqual([expect.stringMatching(/recording has stopped.*disk is full/) as string]);
    const { nb_read_packets: frames } = await probeStream(join(folder, 'talk.mov'));
    expect(Number(frames)).toBeGreaterThan(10);
  });
});

describe('a relay', () => {
  it('waits for no server that takes the connection and says nothing, and ends when asked', async () => {
    const taken: Socket[] = [];
    const silent = createServer((socket) => taken.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of taken) socket.destroy();
      silent.close();
    });
    const { port } = silent.address() as AddressInfo;
    const address = parseRtmpAddress(`rtmp://127.0.0.1:${port}/app/secret`);
    const backdrop = { background: { kind: 'colour', value: 'black' } as const, plate: undefined };
    const relay = new Relay({ ffmpeg, address, backdrop, onNotice: () => undefined }, STREAM);
    for (let n = 0; n < 200; n += 1) relay.picture(planes(n), 40 * n);
    await expect.poll(() => taken.length, { timeout: 30_000 }).toBe(1);
    expect(relay.report.dropped).toBeGreaterThan(150);
    await relay.close();
  });
});
