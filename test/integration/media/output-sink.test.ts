import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { allocateFrame, Frame, viewPlanes } from '../../../src/core/frame.js';
import { findFfmpeg, type Ffmpeg } from '../../../src/ffmpeg/tools.js';
import { openSink } from '../../../src/output/open-sink.js';
import type { OutputTarget } from '../../../src/output/output-target.js';
import type { FrameSink } from '../../../src/output/sink.js';
import {
  encodeFrames,
  evenTicks,
  never,
  ramps,
  sourceOf,
  temporaryFolder,
  writeFrames,
} from './output-support.js';

let tools: Ffmpeg;
beforeAll(async () => {
  tools = await findFfmpeg();
});
const source = sourceOf({});
const fill = ramps(source.format);
const ticks = evenTicks(source, 4);
const prores = (path: string): OutputTarget => ({ path, format: 'prores4444' });
const code = (value: string): object => expect.objectContaining({ code: value }) as object;

/** The processes that this one has started and that still run ffmpeg. */
async function children(): Promise<number[]> {
  const tasks = await readdir('/proc/self/task');
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/self/task/${task}/children`, 'utf8').catch(() => '')),
  );
  const pids = lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')));
  return pids.filter((_, i) => names[i]!.trim() === 'ffmpeg');
}

describe('opening', () => {
  it('refuses a name that is taken, and leaves it alone', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out.mov');
    await writeFile(path, 'mine');
    await expect(openSink(tools, source, prores(path), never)).rejects.toEqual(code('OUTPUT_EXISTS'));
    const pictures = join(folder, 'pictures');
    await mkdir(pictures);
    await writeFile(join(pictures, '0001.png'), 'mine');
    await expect(openSink(tools, source, { path: pictures, format: 'png' }, never)).rejects.toEqual(
      code('OUTPUT_EXISTS'),
    );
    // Not even when asked to overwrite is a folder replaced by a file, or a file by a folder.
    const asFile = { path: join(folder, 'taken.mov'), format: 'prores4444', overwrite: true } as const;
    await mkdir(asFile.path);
    await expect(openSink(tools, source, asFile, never)).rejects.toEqual(code('OUTPUT_EXISTS'));
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect((await readdir(folder)).sort()).toEqual(['out.mov', 'pictures', 'taken.mov']);
  });

  it('sees a dangling link as taken', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out.mov');
    await symlink(join(folder, 'nowhere'), path);
    await expect(openSink(tools, source, prores(path), never)).rejects.toEqual(code('OUTPUT_EXISTS'));
  });

  it.each([
    [
      'below a file',
      async (folder: string) => {
        await writeFile(join(folder, 'file'), '');
        return join(folder, 'file', 'out.mov');
      },
    ],
    ['in /proc', () => Promise.resolve('/proc/out.mov')],
    [
      'under a name that is too long',
      (folder: string) => Promise.resolve(join(folder, `${'a'.repeat(250)}.mov`)),
    ],
  ])('refuses to write %s, before any frame is made', async (_where, make) => {
    const path = await make(await temporaryFolder());
    await expect(openSink(tools, source, prores(path), never)).rejects.toEqual(code('OUTPUT_UNWRITABLE'));
  });

  it('makes the folders above', async () => {
    const path = join(await temporaryFolder(), 'a', 'b', 'out.mov');
    await encodeFrames(tools, source, prores(path), ticks, fill);
    expect(await readdir(join(path, '..'))).toEqual(['out.mov']);
  });
});

describe('an output', () => {
  it('is not there until it is complete', async () => {
    const folder = await temporaryFolder();
    const sink = await openSink(tools, source, prores(join(folder, 'out.mov')), never);
    await writeFrames(sink, source, ticks, fill);
    const before = await readdir(folder);
    expect(before).toHaveLength(1);
    expect(before[0]).toMatch(/^\.out\.\d+-[0-9a-f]{16}\.part\.mov$/);
    await sink.finish();
    expect(await readdir(folder)).toEqual(['out.mov']);
    await sink.abort();
    expect(await readdir(folder)).toEqual(['out.mov']);
  });

  it('replaces an old one only when asked, file or folder', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out.mov');
    await writeFile(path, 'old');
    await encodeFrames(tools, source, { ...prores(path), overwrite: true }, ticks, fill);
    expect((await readFile(path)).subarray(4, 8).toString()).toBe('ftyp');
    const pictures = join(folder, 'pictures');
    await mkdir(pictures);
    await writeFile(join(pictures, 'old.png'), 'old');
    await encodeFrames(tools, source, { path: pictures, format: 'png', overwrite: true }, ticks, fill);
    expect(await readdir(pictures)).toEqual(['0000.png', '0001.png', '0002.png', '0003.png']);
    expect((await readdir(folder)).sort()).toEqual(['out.mov', 'pictures']);
  });

  it.each([
    ['a file', 'prores4444', 'out.mov'],
    ['a folder', 'png', 'out'],
  ] as const)('never replaces %s that appeared meanwhile', async (_kind, format, name) => {
    const folder = await temporaryFolder();
    const path = join(folder, name);
    const sink = await openSink(tools, source, { path, format }, never);
    await writeFrames(sink, source, ticks, fill);
    if (format === 'png') await mkdir(path);
    await writeFile(format === 'png' ? join(path, 'mine') : path, 'mine');
    await expect(sink.finish()).rejects.toEqual(code('OUTPUT_EXISTS'));
    expect(await readFile(format === 'png' ? join(path, 'mine') : path, 'utf8')).toBe('mine');
    expect(await readdir(folder)).toEqual([name]);
  });

  it('without frames is none', async () => {
    const folder = await temporaryFolder();
    const sink = await openSink(tools, source, prores(join(folder, 'out.mov')), never);
    await expect(sink.finish()).rejects.toEqual(code('OUTPUT_INCOMPLETE'));
    expect(await readdir(folder)).toEqual([]);
  });

  it('with pictures missing is incomplete', async () => {
    const folder = await temporaryFolder();
    // Two frames at one time: ffmpeg's own choice is its affair, but a number that differs must be noticed.
    const sink = await openSink(tools, source, { path: join(folder, 'out'), format: 'png' }, never);
    await writeFrames(sink, source, ticks, fill);
    const [part] = await readdir(folder);
    await writeFile(join(folder, part!, 'stray.png'), 'x');
    await expect(sink.finish()).rejects.toEqual(code('OUTPUT_INCOMPLETE'));
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('an interruption leaves neither file nor process', () => {
  it('by abort', async () => {
    const folder = await temporaryFolder();
    const sink = await openSink(tools, source, prores(join(folder, 'out.mov')), never);
    await writeFrames(sink, source, ticks, fill);
    await Promise.all([sink.abort(), sink.abort()]);
    expect(await readdir(folder)).toEqual([]);
    expect(await children()).toEqual([]);
  });

  it('by the signal it was opened with', async () => {
    const folder = await temporaryFolder();
    const controller = new AbortController();
    const sink = await openSink(tools, source, prores(join(folder, 'out.mov')), controller.signal);
    await writeFrames(sink, source, ticks, fill);
    controller.abort();
    await expect(sink.finish()).rejects.toEqual(code('ABORTED'));
    expect(await readdir(folder)).toEqual([]);
    expect(await children()).toEqual([]);
  });

  it('by the signal of a write that is waiting for the encoder', async () => {
    const folder = await temporaryFolder();
    const big = sourceOf({ width: 1920, height: 1080 });
    const sink = await openSink(tools, big, prores(join(folder, 'out.mov')), never);
    const [pid] = await children();
    process.kill(pid!, 'SIGSTOP');
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    await expect(writeOne(sink, big, controller.signal)).rejects.toEqual(code('ABORTED'));
    process.kill(pid!, 'SIGCONT');
    await sink.abort();
    expect(await readdir(folder)).toEqual([]);
    expect(await children()).toEqual([]);
  });

  it('by the death of ffmpeg', async () => {
    const folder = await temporaryFolder();
    const sink = await openSink(tools, source, prores(join(folder, 'out.mov')), never);
    await writeFrames(sink, source, ticks, fill);
    const [pid] = await children();
    process.kill(pid!, 'SIGKILL');
    const rest = async (): Promise<unknown> => {
      await writeFrames(sink, source, evenTicks(source, 500), fill);
      return sink.finish();
    };
    await expect(rest()).rejects.toEqual(code('TOOL_FAILED'));
    await sink.abort();
    expect(await readdir(folder)).toEqual([]);
  });

  it('by a request to end that ffmpeg obeys with a valid, short file', async () => {
    const folder = await temporaryFolder();
    const sink = await openSink(tools, source, prores(join(folder, 'out.mov')), never);
    await writeFrames(sink, source, ticks, fill);
    const [pid] = await children();
    process.kill(pid!, 'SIGTERM');
    const rest = async (): Promise<unknown> => {
      await writeFrames(sink, source, evenTicks(source, 500), fill);
      return sink.finish();
    };
    await expect(rest()).rejects.toMatchObject({
      code: expect.stringMatching(/^(TOOL_FAILED|OUTPUT_INCOMPLETE)$/) as string,
    });
    await sink.abort();
    expect(await readdir(folder)).toEqual([]);
  });
});

it('a write resolves only when the frame’s memory may be used again', async () => {
  const folder = await temporaryFolder();
  const big = sourceOf({ width: 640, height: 360 });
  const path = join(folder, 'matte.mkv');
  // Lossless, and the memory is overwritten as soon as each write resolves.
  await encodeFrames(tools, big, { path, format: 'matte' }, evenTicks(big, 20), ({ alpha }, index) => {
    alpha.fill(index / 19);
  });
  const { decode } = await import('./output-support.js');
  const decoded = await decode(path, 'gray16le');
  for (let index = 0; index < 20; index += 1) {
    const picture = decoded.subarray(index * 640 * 360, (index + 1) * 640 * 360);
    const value = Math.floor(Math.fround(index / 19) * 65535 + 0.5);
    expect(picture.every((sample) => sample === value)).toBe(true);
  }
});

async function writeOne(
  sink: FrameSink,
  { format, timeBase }: typeof source,
  signal: AbortSignal,
): Promise<void> {
  const memory = allocateFrame(format, sink.packedBytes);
  const slot = { memory, planes: viewPlanes(memory), giveBack: () => undefined };
  for (let index = 0; index < 3; index += 1) {
    await sink.write(
      new Frame(slot, { index, number: index, timestamp: { ticks: index * 512, timeBase } }),
      signal,
    );
  }
}
