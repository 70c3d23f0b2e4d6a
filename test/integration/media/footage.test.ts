import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { meanAbsoluteDifference, scoreMatte } from '../../../src/evaluation/metrics.js';
import { matteVideo } from '../../../src/index.js';
import { temporaryFolder } from '../../support/made-clip.js';
import { footage } from '../../support/material.js';
import {
  audioPackets,
  decodeAlpha,
  decodeRaw,
  frameTimes,
  makeMedia,
  probeStream,
} from '../../support/media.js';

const dancer = footage('dancer_comp');
const juggler = footage('clips/05_default_juggle.mp4');

async function grey(path: string): Promise<Uint8Array> {
  return sharp(await readFile(path))
    .extractChannel(0)
    .raw()
    .toBuffer();
}

const unit = (bytes: Uint8Array): Float32Array => Float32Array.from(bytes, (value) => value / 255);

describe.skipIf(!dancer)('a real dancer over a real room (footage beside the project)', () => {
  const size = { width: 640, height: 360 };

  it('is matted from three keyframes to a mean absolute difference of 0.012', async () => {
    const output = join(await temporaryFolder(), 'dancer.mov');
    const trimaps = join(dancer!, 'trimap');
    await matteVideo({ input: join(dancer!, 'clip.mp4'), trimaps, output });
    const alpha = await decodeAlpha(output, size);
    expect(alpha.length).toBe(60);
    const names = (await readdir(join(dancer!, 'alpha'))).sort();
    let sum = 0;
    for (const [i, name] of names.entries()) {
      sum += meanAbsoluteDifference(alpha[i]!, unit(await grey(join(dancer!, 'alpha', name))));
    }
    expect(sum / names.length).toBeLessThan(0.012);
  });

  it('is closer on the keyframes than the prior alone and than a blurred trimap', async () => {
    const folder = await temporaryFolder();
    for (const number of [0, 30, 59]) {
      const name = `${String(number).padStart(4, '0')}.png`;
      const trimap = await grey(join(dancer!, 'trimap', name));
      const exact = unit(await grey(join(dancer!, 'alpha', name)));
      let alpha = new Float32Array();
      let prior = new Float32Array();
      await matteVideo({
        input: join(dancer!, 'clip.mp4'),
        trimaps: join(dancer!, 'trimap', name),
        output: join(folder, `${number}.mkv`),
        format: 'matte',
        range: [number, number],
        onFrame: (frame) => {
          alpha = frame.planes.alpha.slice();
          prior = frame.planes.prior.slice();
        },
      });
      const blurred = unit(
        await sharp(join(dancer!, 'trimap', name))
          .blur(4)
          .extractChannel(0)
          .raw()
          .toBuffer(),
      );
      const sad = (matte: Float32Array): number =>
        scoreMatte(known(matte, trimap), exact, trimap, size.width, size.height).sad;
      expect(sad(alpha)).toBeLessThan(sad(prior));
      expect(sad(alpha)).toBeLessThan(sad(blurred));
    }
  });
});

/** A matte with what the trimap knows put in. */
function known(matte: Float32Array, trimap: Uint8Array): Float32Array {
  return matte.map((value, i) => (trimap[i] === 0 ? 0 : trimap[i] === 255 ? 1 : value));
}

describe.skipIf(!juggler)('a real 720p clip (footage beside the project)', () => {
  it('keeps audio packets, times, tags, and the source’s colour where alpha is 1', async () => {
    const folder = await temporaryFolder();
    const input = join(folder, 'clip.mov');
    await makeMedia([
      ...[
        '-i',
        juggler!,
        '-f',
        'lavfi',
        '-i',
        'sine=frequency=440:sample_rate=48000',
        '-map',
        '0:v',
        '-map',
        '1:a',
      ],
      ...['-frames:v', '12', '-t', '0.5', '-c:v', 'copy', '-c:a', 'aac', '-timecode', '01:00:00:00', input],
    ]);
    const { width, height } = { width: 1280, height: 720 };
    const trimaps = join(folder, 'trimap.png');
    // The left half is the subject, a grey bar lies between: most pixels are known.
    const values = Uint8Array.from({ length: width * height }, (_, i) => {
      const x = i % width;
      return x < 600 ? 255 : x < 640 ? 128 : 0;
    });
    await sharp(values, { raw: { width, height, channels: 1 } })
      .png()
      .toFile(trimaps);
    const keys = join(folder, 'keys');
    await mkdir(keys);
    for (let i = 0; i < 12; i++) await copyFile(trimaps, join(keys, `${String(i).padStart(4, '0')}.png`));
    const output = join(folder, 'out.mov');
    await matteVideo({ input, trimaps: keys, output });

    expect(await audioPackets(output)).toEqual(await audioPackets(input));
    const times = await frameTimes(output);
    (await frameTimes(input)).forEach((time, i) => expect(times[i]).toBeCloseTo(time, 6));
    const [before, after] = [await probeStream(input), await probeStream(output)];
    expect(after.nb_read_packets).toBe(before.nb_read_packets);
    for (const tag of ['color_space', 'color_transfer', 'color_primaries', 'color_range', 'r_frame_rate']) {
      expect(after[tag]).toBe(before[tag]);
    }
    const layout = ['-frames:v', '1', '-pix_fmt', 'yuv444p10le'];
    const [source, matted] = [await decodeRaw(input, layout), await decodeRaw(output, layout)];
    let squares = 0;
    let count = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < 560; x++, count++) {
        const at = 2 * (y * width + x);
        squares += (source.readUInt16LE(at) - matted.readUInt16LE(at)) ** 2;
      }
    }
    expect(10 * Math.log10(1023 ** 2 / (squares / count))).toBeGreaterThan(55);
  });
});
