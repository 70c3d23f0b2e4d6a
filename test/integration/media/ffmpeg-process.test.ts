import { readFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compiledUrl } from '../../../src/core/compiled.js';
import { openPipe } from '../../../src/ffmpeg/pipe.js';
import { feed, startFfmpeg, type FfmpegJob, type FfmpegProcess } from '../../../src/ffmpeg/process.js';
import { ffmpegTools, makeVideo, never, plainFfprobe, temporary } from '../../support/lavfi.js';
import { within } from '../../support/processes.js';

const TEST_PICTURES = { verbatim: 'testsrc2=size=320x240:rate=25' };
const TO_PIPE = { target: 'pipe', options: ['-f', 'rawvideo', '-pix_fmt', 'rgb24'] };
const ENDLESS: FfmpegJob = {
  inputs: [{ source: TEST_PICTURES, options: ['-f', 'lavfi'] }],
  outputs: [TO_PIPE],
};

/** Frames written to stdin become a file. */
function encoding(path: string): FfmpegJob {
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-video_size', '64x48', '-framerate', '25'];
  return {
    inputs: [{ source: 'pipe', options: raw }],
    outputs: [{ target: path, options: ['-c:v', 'ffv1', '-metadata', 'title=two words'] }],
  };
}

/** How many bytes come out of the pipe until it ends. */
function drain({ stdout }: FfmpegProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const take = (chunk: Uint8Array): boolean => (bytes += chunk.length) > 0;
    stdout!.start({ take, end: () => resolve(bytes), fail: reject });
    stdout!.resume();
  });
}

/** Waits for the first bytes, and takes no more. */
function firstBytes({ stdout }: FfmpegProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const take = (): boolean => (resolve(), false);
    stdout!.start({ take, end: () => reject(new Error('nothing came')), fail: reject });
    stdout!.resume();
  });
}

/** One that has ended and waits for init to take note is not running (Linux). */
function isRunning(pid: number | undefined): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('startFfmpeg', () => {
  it('writes what it is fed, under an awkward name, with spaces in options', async () => {
    const folder = await temporary();
    const path = join(folder, '-a concat:b%d.mkv');
    const running = startFfmpeg(await ffmpegTools(), encoding(path), never());
    const frame = new Uint8Array(new SharedArrayBuffer(64 * 48));
    for (let shade = 0; shade < 5; shade++) await feed(running, frame.fill(shade * 40));
    running.stdin!.end();
    await running.done;
    const probed = await plainFfprobe(
      '-of',
      'json',
      '-count_packets',
      '-show_streams',
      '-show_format',
      `file:${path}`,
    );
    expect(JSON.parse(probed)).toMatchObject({
      streams: [{ nb_read_packets: '5' }],
      format: { tags: { title: 'two words' } },
    });
  });

  it('takes every name for a path', async () => {
    const folder = await temporary();
    await makeVideo(join(folder, 'a.mkv'), ['-c:v', 'ffv1']);
    for (const source of [`concat:${join(folder, 'a.mkv')}`, '-version', `http://127.0.0.1:1/a.mkv`]) {
      const running = startFfmpeg(
        await ffmpegTools(),
        { ...ENDLESS, inputs: [{ source, options: [] }] },
        never(),
      );
      await expect(running.done).rejects.toMatchObject({
        code: 'TOOL_FAILED',
        parts: { seen: expect.stringContaining('No such file') as string },
      });
    }
  });

  it('fails a write to an ffmpeg that has died', async () => {
    const running = startFfmpeg(await ffmpegTools(), encoding('/nowhere/out.mkv'), never());
    const write = async (): Promise<never> => {
      for (;;) await feed(running, new Uint8Array(64 * 48));
    };
    await expect(write()).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  });

  it('says so when there is no such program', async () => {
    const missing = { ...(await ffmpegTools()), ffmpeg: '/nowhere/ffmpeg' };
    await expect(startFfmpeg(missing, ENDLESS, never()).done).rejects.toMatchObject({ code: 'TOOL_FAILED' });
    const running = startFfmpeg(missing, encoding('never.mkv'), never());
    await expect(feed(running, new Uint8Array(9))).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  });

  it('ends an ffmpeg that waits for input, and fails the writer', async () => {
    const controller = new AbortController();
    const path = join(await temporary(), 'a.mkv');
    const running = startFfmpeg(await ffmpegTools(), encoding(path), controller.signal);
    await feed(running, new Uint8Array(64 * 48));
    controller.abort();
    await expect(running.done).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(feed(running, new Uint8Array(9))).rejects.toMatchObject({ code: 'ABORTED' });
    expect(isRunning(running.pid)).toBe(false);
  });
});

/** What carries ffmpeg's output: Node's own pipe, which Windows has too, or the system's. */
const CARRIERS = [
  { name: 'a pipe of Node', open: (): Promise<undefined> => Promise.resolve(undefined) },
  { name: 'a pipe of the system', open: openPipe },
];

describe.each(CARRIERS)('startFfmpeg, writing to $name', ({ open }) => {
  it('hands out everything that ffmpeg writes', async () => {
    const job = { ...ENDLESS, outputs: [{ ...TO_PIPE, options: [...TO_PIPE.options, '-frames:v', '7'] }] };
    const running = startFfmpeg(await ffmpegTools(), job, never(), await open());
    expect(await drain(running)).toBe(7 * 320 * 240 * 3);
    expect(await running.done).toBe('');
    expect(running.stdin).toBeUndefined();
  });

  it('fails the pipe and `done` alike, with the last words of ffmpeg', async () => {
    const job = { ...ENDLESS, inputs: [{ source: '/nowhere/a.mov', options: [] }] };
    const running = startFfmpeg(await ffmpegTools(), job, never(), await open());
    await expect(drain(running)).rejects.toMatchObject({ code: 'TOOL_FAILED' });
    await expect(running.done).rejects.toMatchObject({
      parts: { seen: expect.stringContaining('nowhere') as string },
    });
  });

  it('fails the pipe when ffmpeg dies in the middle', async () => {
    const running = startFfmpeg(await ffmpegTools(), ENDLESS, never(), await open());
    const reading = drain(running);
    process.kill(running.pid!, 'SIGKILL');
    await expect(reading).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  });

  it('ends ffmpeg when the signal fires, also one that waits for a reader', async () => {
    const controller = new AbortController();
    const running = startFfmpeg(await ffmpegTools(), ENDLESS, controller.signal, await open());
    // Nobody reads: the pipe is full by now.
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(isRunning(running.pid)).toBe(true);
    controller.abort();
    await expect(running.done).rejects.toMatchObject({ code: 'ABORTED' });
    expect(isRunning(running.pid)).toBe(false);
    expect(() => startFfmpeg({} as never, ENDLESS, controller.signal)).toThrow(/interrupted/);
  });

  it('kills one that does not listen', async () => {
    const deaf = join(await temporary(), 'ffmpeg');
    const script =
      "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.stdout.write('ready');";
    await writeFile(deaf, `#!${process.execPath}\n${script}\n`, { mode: 0o755 });
    const controller = new AbortController();
    const running = startFfmpeg(
      { ...(await ffmpegTools()), ffmpeg: deaf },
      ENDLESS,
      controller.signal,
      await open(),
    );
    await firstBytes(running);
    const started = performance.now();
    controller.abort();
    await expect(running.done).rejects.toMatchObject({ code: 'ABORTED' });
    expect(performance.now() - started).toBeGreaterThan(1500);
    expect(isRunning(running.pid)).toBe(false);
  });

  it('breaks the pipe of a reader that leaves', async () => {
    const running = startFfmpeg(await ffmpegTools(), ENDLESS, never(), await open());
    await firstBytes(running);
    running.stdout!.destroy();
    expect(await within(2, () => Promise.resolve(!isRunning(running.pid)))).toBe(true);
    await expect(running.done).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  });
});

describe('an ffmpeg whose parent is killed', () => {
  /** Starts a job in a process of its own, kills that, and waits for ffmpeg to end. */
  async function orphan(job: FfmpegJob, afterStart: string, carrier = 'undefined'): Promise<void> {
    const module = compiledUrl('../../../src/ffmpeg/process.js', import.meta.url).href;
    const pipes = compiledUrl('../../../src/ffmpeg/pipe.js', import.meta.url).href;
    const script = `
      import { startFfmpeg, feed } from ${JSON.stringify(module)};
      import { openPipe } from ${JSON.stringify(pipes)};
      const job = ${JSON.stringify(job)};
      const pipe = ${carrier};
      const running = startFfmpeg({ ffmpeg: 'ffmpeg', lacks: [] }, job, new AbortController().signal, pipe);
      console.log(running.pid);
      ${afterStart}
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())));
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    expect(await within(2, () => Promise.resolve(!isRunning(pid)))).toBe(true);
  }

  it('ends while it decodes, read or not', async () => {
    await orphan(ENDLESS, 'running.stdout.start({ take: () => true }); running.stdout.resume();');
    await orphan(ENDLESS, '');
    await orphan(ENDLESS, '', 'await openPipe()');
  });

  it('ends while it encodes, leaving a file that can be read', async () => {
    const path = join(await temporary(), 'short.mkv');
    await orphan(encoding(path), 'for (let i = 0; i < 9; i++) await feed(running, new Uint8Array(64 * 48));');
    const packets = await plainFfprobe(
      '-count_packets',
      '-show_entries',
      'stream=nb_read_packets',
      '-of',
      'csv=p=0',
      path,
    );
    expect(Number.parseInt(packets, 10)).toBe(9);
  });
});
