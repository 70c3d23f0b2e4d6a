import { describe, expect, it } from 'vitest';
import { treeMegabytes } from '../../../bench/tree-memory.js';
import { NutReader, NUT_OUTPUT } from '../../../src/ffmpeg/nut-reader.js';
import { NUT_INPUT, NutWriter } from '../../../src/ffmpeg/nut-writer.js';
import { feed, startFfmpeg, type FfmpegProcess } from '../../../src/ffmpeg/process.js';
import { ffmpegTools, never } from '../../support/lavfi.js';

/** A camera is on for hours. ffmpeg must not remember every frame that has gone through it. */
describe.skipIf(process.platform !== 'linux')('the memory of an ffmpeg that a pipe goes through', () => {
  it('does not grow while it reads what we write', async () => {
    const [width, height] = [16, 16];
    const [aGo, goes] = [2000, 30];
    const [second, rate] = [
      { num: 1, den: 1000 },
      { num: 25, den: 1 },
    ];
    const writer = new NutWriter({
      ...{ pixelFormat: 'gray16le', width, height, timeBase: second, frameRate: rate },
      sampleAspect: { num: 1, den: 1 },
    });
    const reading = startFfmpeg(
      await ffmpegTools(),
      {
        inputs: [{ source: 'pipe', options: NUT_INPUT }],
        outputs: [{ target: { verbatim: '-' }, options: ['-f', 'null'] }],
      },
      never(),
    );
    await feed(reading, writer.header());
    const picture = Buffer.alloc(2 * width * height);
    const kilobytes: number[] = [];
    for (let go = 0; go < goes; go++) {
      const frames = Array.from({ length: aGo }, (_, k) => {
        return [writer.frameHeader(40 * (aGo * go + k), picture.length), picture];
      });
      await feed(reading, Buffer.concat(frames.flat()));
      kilobytes.push(await ownKilobytes(reading));
    }
    reading.stdin!.end();
    await reading.done;
    expectLevel(kilobytes);
  });

  it('does not grow while it writes what we read', async () => {
    // Larger than what NUT lets stand between two syncpoints, so that each has its own.
    const frames = 20_000;
    const graph = `color=size=256x160:rate=25,format=gray`;
    const writing = startFfmpeg(
      await ffmpegTools(),
      {
        inputs: [{ source: { verbatim: graph }, options: ['-f', 'lavfi'] }],
        outputs: [{ target: 'pipe', options: ['-frames:v', `${frames}`, '-c:v', 'rawvideo', ...NUT_OUTPUT] }],
      },
      never(),
    );
    const reader = (await NutReader.open(writing.stdout!))!;
    const picture = new Uint8Array(256 * 160);
    const kilobytes: number[] = [];
    for (let frame = 0; frame < frames; frame++) {
      await reader.next();
      await reader.read(picture);
      if (frame % 1000 === 999) kilobytes.push(await ownKilobytes(writing));
    }
    await reader.next();
    await writing.done;
    expectLevel(kilobytes);
  });
});

/** After a fifth of the frames, less than 20 bytes for each of the others are added: what was remembered took over 100. */
function expectLevel(kilobytes: readonly number[]): void {
  const from = kilobytes[Math.floor(kilobytes.length / 5)]!;
  expect(from).toBeGreaterThan(1000);
  expect(kilobytes.at(-2)! - from).toBeLessThan(800);
}

async function ownKilobytes({ pid }: FfmpegProcess): Promise<number> {
  return 1024 * (await treeMegabytes(pid!));
}
