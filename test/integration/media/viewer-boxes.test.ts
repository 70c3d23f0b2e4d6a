import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { streamFlow } from '../../../src/ffmpeg/byte-flow.js';
import { parseAacConfig } from '../../../src/output/aac.js';
import { flvPackets } from '../../../src/output/flv-packets.js';
import { fragment, soundSegment } from '../../../web/viewer/boxes.js';
import { temporaryFolder } from '../../support/made-clip.js';
import { audioPackets, makeMedia } from '../../support/media.js';

it('puts sound into boxes that ffmpeg finds the same packets in', async () => {
  const folder = await temporaryFolder();
  const [flv, mp4] = [join(folder, 'tone.flv'), join(folder, 'tone.mp4')];
  const tone = ['-f', 'lavfi', '-i', 'sine=440:sample_rate=44100:duration=1', '-ac', '2'];
  await makeMedia([...tone, '-c:a', 'aac', flv]);
  const parts: Uint8Array[] = [];
  for await (const { config, data } of flvPackets(streamFlow(createReadStream(flv)))) {
    if (config) parts.push(soundSegment({ ...parseAacConfig(data), config: Uint8Array.from(data) }));
    else {
      const number = parts.length - 1;
      parts.push(fragment({ key: true, number, time: 1024 * number, data }, 1024));
    }
  }
  await writeFile(mp4, Buffer.concat(parts));
  const packets = await audioPackets(mp4);
  expect(packets.length).toBeGreaterThan(40);
  expect(packets).toEqual(await audioPackets(flv));
});
