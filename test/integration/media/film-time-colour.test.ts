import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matteVideo } from '../../../src/index.js';
import { makeVideo, plainFfmpeg, plainFfprobe, temporary } from '../../support/lavfi.js';
import { audioPackets, frameTimes } from '../../support/media.js';
import { makeBars, matteWhole, PIXELS, videoStream, words } from './film-support.js';

const FRAMES = 12;

describe('the times, the timecode and the sound of', () => {
  it.each([
    ['23.976', '24000/1001', ['-timecode', '01:00:00:00'], '01:00:00:00'],
    ['29.97 drop-frame', '30000/1001', ['-timecode', '00:59:59;26'], '00:59:59;26'],
    ['59.94 drop-frame', '60000/1001', ['-timecode', '10:00:00;00'], '10:00:00;00'],
    ['a varying rate', '25', ['-vf', "select='not(eq(mod(n,5),3))'", '-fps_mode', 'vfr'], undefined],
  ])('%s are kept', async (_name, rate, options, timecode) => {
    const folder = await temporary();
    const [input, output] = [join(folder, 'clip.mov'), join(folder, 'out.mov')];
    await plainFfmpeg(
      ...['-f', 'lavfi', '-i', `testsrc2=size=96x64:rate=${rate}`, '-f', 'lavfi', '-i', 'sine=r=48000'],
      ...[
        '-c:v',
        'libx264',
        '-pix_fmt',
        'yuv420p',
        '-bf',
        '2',
        '-c:a',
        'aac',
        '-t',
        '0.6',
        ...options,
        input,
      ],
    );
    const times = await frameTimes(input);
    await matteWhole(folder, { input, output }, { frames: times.length });
    expect(await frameTimes(output)).toEqual(times);
    expect(await audioPackets(output)).toEqual(await audioPackets(input));
    expect(timecodeOf(await streams(output))).toBe(timecode);
    if (timecode) expect((await videoStream(output)).avg_frame_rate).toBe(rate);
    else
      expect(new Set(times.map((time, i) => Math.round(1000 * (time - (times[i - 1] ?? 0))))).size).toBe(3);
  });

  it('WebM are kept to its millisecond, and said so; other sound becomes Opus', async () => {
    const folder = await temporary();
    const [input, output] = [join(folder, 'clip.mov'), join(folder, 'out.webm')];
    await plainFfmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=24000/1001', '-f', 'lavfi', '-i', 'sine=r=48000'],
      ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-t', '0.5', input],
    );
    const times = await frameTimes(input);
    const notices = await matteWhole(folder, { input, output, format: 'webm' }, { frames: times.length });
    expect(notices).toEqual([expect.stringContaining('libopus'), expect.stringContaining('milliseconds')]);
    const written = await frameTimes(output);
    expect(written.length).toBe(times.length);
    // Opus begins before the first frame; what it is early by, all is late.
    written.forEach((time, i) => {
      expect(Math.abs(time - written[0]! - (times[i]! - times[0]!))).toBeLessThan(0.00101);
    });
    expect((await streams(output)).map(({ codec_name: codec }) => codec)).toEqual(['vp9', 'opus']);
  });

  it('another timecode can be given, which the rate has to have', async () => {
    const folder = await temporary();
    const input = await makeVideo(join(folder, 'clip.mkv'), ['-c:v', 'ffv1'], { frames: 2, size: '96x64' });
    const output = join(folder, 'out.mov');
    await matteWhole(folder, { input, output, timecode: '10:11:12:13' }, { frames: 2 });
    expect(timecodeOf(await streams(output))).toBe('10:11:12:13');
    const wrong = matteVideo({ input, output, trimaps: join(folder, 'trimaps'), timecode: '10:11:12:25' });
    await expect(wrong).rejects.toMatchObject({ code: 'USAGE' });
  });
});

interface Stream {
  readonly codec_name: string;
  readonly tags?: Readonly<Record<string, string>>;
}

async function streams(path: string): Promise<readonly Stream[]> {
  const text = await plainFfprobe('-of', 'json', '-show_streams', path);
  return (JSON.parse(text) as { streams: Stream[] }).streams;
}

function timecodeOf(all: Awaited<ReturnType<typeof streams>>): string | undefined {
  return all.map(({ tags }) => tags?.timecode).find((timecode) => timecode !== undefined);
}

describe('colour tags', () => {
  const CASES = [
    ['Rec.601', 'smpte170m', 'smpte170m', 'smpte170m'],
    ['Rec.601 of 625 lines', 'bt470bg', 'bt470bg', 'bt470bg'],
    ['Rec.709', 'bt709', 'bt709', 'bt709'],
    ['Rec.2020', 'bt2020', 'bt2020-10', 'bt2020nc'],
    ['PQ', 'bt2020', 'smpte2084', 'bt2020nc'],
    ['HLG', 'bt2020', 'arib-std-b67', 'bt2020nc'],
    ['unknown', undefined, undefined, undefined],
  ] as const;

  it.each(CASES)('of %s are those of the source', async (_name, primaries, transfer, matrix) => {
    const folder = await temporary();
    const unsaid = 'unknown';
    const params =
      `format=yuv444p10le,setparams=range=tv:color_primaries=${primaries ?? unsaid}` +
      `:color_trc=${transfer ?? unsaid}:colorspace=${matrix ?? unsaid}`;
    const input = await makeVideo(
      join(folder, 'clip.mkv'),
      ['-vf', params, '-c:v', 'libx264', '-qp', '0', '-pix_fmt', 'yuv444p10le'],
      { frames: 2, size: '96x64' },
    );
    const said = await tags(input);
    expect(said).toEqual([primaries, transfer, matrix]);
    for (const [format, name] of [
      ['prores4444', 'out.mov'],
      ['webm', 'out.webm'],
    ] as const) {
      const output = join(folder, name);
      await matteWhole(folder, { input, output, format }, { frames: 2 });
      expect([format, ...(await tags(output))]).toEqual([format, ...said]);
    }
  });

  async function tags(path: string): Promise<(string | undefined)[]> {
    const { color_primaries, color_transfer, color_space } = await videoStream(path);
    return [color_primaries, color_transfer, color_space];
  }

  it('of full range go with samples of limited range, exactly stretched', async () => {
    const folder = await temporary();
    const [input, mov] = [join(folder, 'clip.mkv'), join(folder, 'out.mov')];
    await makeBars(input, 2, '-vf', 'scale=out_range=pc', '-c:v', 'ffv1', '-color_range', 'pc');
    await matteWhole(folder, { input, output: mov }, { frames: 2 });
    const full = await words(input, 'yuv444p10le');
    const limited = await words(mov, 'yuva444p10le');
    for (let i = PIXELS / 2; i < PIXELS - 1; i += 1) {
      expect(Math.abs(limited[i]! - (64 + (876 * full[i]!) / 1023))).toBeLessThan(3);
    }
  });
});

describe('interlaced clips', () => {
  it('are refused, or made whole frames of by request', async () => {
    const folder = await temporary();
    const input = await makeVideo(
      join(folder, 'clip.mkv'),
      ['-vf', 'interlace,format=yuv444p,setfield=tff', '-c:v', 'ffv1', '-field_order', 'tt'],
      { frames: 2 * FRAMES, rate: '50', size: '96x64' },
    );
    const output = join(folder, 'out.mov');
    const run = { input, output };
    await expect(matteWhole(folder, run, { frames: FRAMES })).rejects.toMatchObject({
      code: 'INPUT_UNSUPPORTED',
    });
    await matteWhole(folder, { ...run, deinterlace: true }, { frames: FRAMES });
    expect(await frameTimes(output)).toEqual(await frameTimes(input));
    expect((await videoStream(output)).field_order).toBe('progressive');
    const whole = join(folder, 'whole.mkv');
    await plainFfmpeg('-i', input, '-vf', 'bwdif=mode=send_frame:deint=all', '-c:v', 'ffv1', whole);
    const [ours, theirs] = [await words(output, 'yuv444p10le'), await words(whole, 'yuv444p10le')];
    expect(ours.length).toBe(theirs.length);
    let squares = 0;
    ours.forEach((value, i) => (squares += (value - theirs[i]!) ** 2));
    expect(Math.sqrt(squares / ours.length)).toBeLessThan(4);
  });
});
