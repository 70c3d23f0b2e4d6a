import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allocateFrame, viewPlanes } from '../../../src/core/frame.js';
import { openSink } from '../../../src/output/open-sink.js';
import type { Background } from '../../../src/output/output-target.js';
import {
  builds,
  encodeFrames,
  evenTicks,
  ffmpeg,
  never,
  probe,
  ramps,
  sourceOf,
  temporaryFolder,
} from './output-support.js';

const [width, height] = [96, 64];
const pixels = width * height;
const COLOUR = '3070b0';

/** Y′CbCr 0..255 of `COLOUR`, limited range. */
function backgroundSamples(kr: number, kb: number): [number, number, number] {
  const [r, g, b] = [0x30 / 255, 0x70 / 255, 0xb0 / 255];
  const y = kr * r + (1 - kr - kb) * g + kb * b;
  return [16 + 219 * y, 128 + (224 * (b - y)) / (2 - 2 * kb), 128 + (224 * (r - y)) / (2 - 2 * kr)];
}

async function backgroundFile(folder: string, kind: Background['kind'], tagged = true): Promise<Background> {
  if (kind === 'colour') return { kind, value: `#${COLOUR}` };
  const flat = `color=c=0x${COLOUR}:s=${tagged ? '200x100' : '1280x720'}:r=30:d=0.2,format=gbrp`;
  if (kind === 'image') {
    const [plain, path] = [join(folder, 'plate.png'), join(folder, '100%d.png')];
    await ffmpeg('-f', 'lavfi', '-i', flat, '-frames:v', '1', '-pix_fmt', 'rgb24', plain);
    await rename(plain, path);
    return { kind, path };
  }
  const path = join(folder, 'plate.mp4');
  const graph = `${flat},scale=out_color_matrix=bt709:out_range=tv,format=yuv444p`;
  const tags = ['-colorspace', 'bt709', '-color_range', 'tv'];
  await ffmpeg('-f', 'lavfi', '-i', graph, '-c:v', 'libx264', '-qp', '1', ...(tagged ? tags : []), path);
  return { kind, path };
}

describe.each(await builds())('a composite by %s', (_name, tools) => {
  it.each([
    ['colour', 'bt709'],
    ['image', 'bt709'],
    ['video', 'bt709'],
    ['colour', undefined],
    ['image', undefined],
    ['video', undefined],
  ] as const)('over a %s is the hand-made one (matrix %s)', async (kind, matrix) => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out.mp4');
    const background = await backgroundFile(folder, kind);
    const source = sourceOf({ width, height, tags: matrix ? { matrix, range: 'tv' } : {} });
    const fill = ramps(source.format);
    // Longer than the video, which must repeat; the video's rate is not the frames'.
    const ticks = evenTicks(source, 12);
    const summary = await encodeFrames(tools, source, { path, format: 'composite', background }, ticks, fill);
    expect(summary).toMatchObject({ frames: 12, notices: [] });

    const plate = matrix ? backgroundSamples(0.2126, 0.0722) : backgroundSamples(0.299, 0.114);
    const got = await ffmpeg(
      '-i',
      path,
      '-vsync',
      'passthrough',
      '-pix_fmt',
      'yuv420p',
      '-f',
      'rawvideo',
      '-',
    );
    expect(got.length).toBe(ticks.length * pixels * 1.5);
    const planes = viewPlanes(allocateFrame(source.format, 0));
    let [worst, sum] = [0, 0];
    for (const index of ticks.keys()) {
      fill(planes, index);
      for (let i = 0; i < pixels; i += 1) {
        const pha = planes.alpha[i]!;
        const error = got[index * pixels * 1.5 + i]! - (planes.colour[0][i]! * pha + plate[0] * (1 - pha));
        worst = Math.max(worst, Math.abs(error));
        sum += error;
      }
      // Chroma where nothing of the subject is left: the background's own.
      const chroma = index * pixels * 1.5 + pixels + (width / 2) * 10;
      expect(Math.abs(got[chroma]! - plate[1])).toBeLessThan(1.5);
      expect(Math.abs(got[chroma + pixels / 4]! - plate[2])).toBeLessThan(1.5);
    }
    expect(worst).toBeLessThan(6);
    expect(Math.abs(sum / (ticks.length * pixels))).toBeLessThan(0.6);
  });

  it('takes an untagged HD background for BT.709', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out.mp4');
    const background = await backgroundFile(folder, 'video', false);
    const source = sourceOf({ width, height, tags: { matrix: 'bt709', range: 'tv' } });
    const clear = evenTicks(source, 2);
    await encodeFrames(tools, source, { path, format: 'composite', background }, clear, ({ alpha }) =>
      alpha.fill(0),
    );
    const got = await ffmpeg('-i', path, '-frames:v', '1', '-pix_fmt', 'yuv420p', '-f', 'rawvideo', '-');
    backgroundSamples(0.2126, 0.0722).forEach((value, plane) =>
      expect(Math.abs(got[[0, pixels, pixels * 1.25][plane]!]! - value)).toBeLessThan(1.5),
    );
  });

  it.each(['image', 'video'] as const)('misses a %s background at once', async (kind) => {
    const folder = await temporaryFolder();
    const target = {
      path: join(folder, 'out.mp4'),
      format: 'composite',
      background: { kind, path: join(folder, 'no') },
    } as const;
    await expect(openSink(tools, sourceOf({}), target, never)).rejects.toMatchObject({
      code: 'INPUT_MISSING',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('follows no playlist that calls itself a picture', async () => {
    const folder = await temporaryFolder();
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=96x64:d=1', join(folder, 'secret.ts'));
    const plate = join(folder, 'plate.png');
    const playlist = ['#EXTM3U', '#EXT-X-TARGETDURATION:1', '#EXTINF:1,', 'secret.ts', '#EXT-X-ENDLIST'];
    await writeFile(plate, playlist.join('\n'));
    const source = sourceOf({});
    const background: Background = { kind: 'image', path: plate };
    const attempt = encodeFrames(
      tools,
      source,
      { path: join(folder, 'out.mp4'), format: 'composite', background },
      evenTicks(source, 2),
      ramps(source.format),
    );
    await expect(attempt).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  });

  it('keeps times and sound, and starts with its index', async () => {
    const folder = await temporaryFolder();
    const [input, path] = [join(folder, 'clip.mp4'), join(folder, 'out.mp4')];
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=96x64:r=25:d=1',
      '-f',
      'lavfi',
      '-i',
      'sine=d=1',
      '-c:a',
      'aac',
      input,
    );
    const source = sourceOf({}, { path: input, audio: { codecs: ['aac'], startSeconds: 0 } });
    const background: Background = { kind: 'colour', value: 'teal' };
    await encodeFrames(
      tools,
      source,
      { path, format: 'composite', background },
      evenTicks(source, 25),
      ramps(source.format),
    );
    const { packets } = await probe(path, '-show_packets', '-select_streams', 'v');
    expect(packets.map(({ pts }) => pts).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 25 }, (_, n) => n * 512),
    );
    const hash = async (file: string): Promise<string> =>
      (await ffmpeg('-i', file, '-map', '0:a', '-c', 'copy', '-f', 'streamhash', '-')).toString();
    expect(await hash(path)).toBe(await hash(input));
    const bytes = await readFile(path);
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
  });

  it('drops the odd row and column, and says so', async () => {
    const path = join(await temporaryFolder(), 'out.mp4');
    const source = sourceOf({ width: 95, height: 63 });
    const background: Background = { kind: 'colour', value: '#0f0' };
    const { notices } = await encodeFrames(
      tools,
      source,
      { path, format: 'composite', background },
      [0, 512],
      ramps(source.format),
    );
    expect(notices).toHaveLength(1);
    expect((await probe(path, '-show_streams')).streams[0]).toMatchObject({
      width: 94,
      height: 62,
      pix_fmt: 'yuv420p',
    });
  });
});
