import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodedFormat } from '../../../src/ffmpeg/pixel-formats.js';
import { probeVideo } from '../../../src/ffmpeg/probe.js';
import { ffmpegTools, makeVideo, never, plainFfmpeg, plainFfprobe, temporary } from '../../support/lavfi.js';

describe('probeVideo', () => {
  it('reads colour tags, aspect, rate, timecode and sound', async () => {
    const path = join(await temporary(), 'a.mov');
    await plainFfmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=30000/1001', '-f', 'lavfi', '-i', 'sine', '-t', '1'],
      ...[
        '-map',
        '1',
        '-map',
        '0',
        '-map',
        '1',
        '-c:v',
        'prores_ks',
        '-vf',
        'setsar=4/3,setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc',
        '-c:a:1',
        'pcm_s24le',
      ],
      ...['-timecode', '01:00:00;02', path],
    );
    expect(await probeVideo(await ffmpegTools(), path, never())).toMatchObject({
      codec: 'prores',
      pixelFormat: 'yuv422p10le',
      width: 64,
      height: 48,
      sampleAspect: { num: 4, den: 3 },
      averageRate: { num: 30000, den: 1001 },
      tags: { primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc', range: 'tv' },
      headerCount: 30,
      packetCount: 30,
      interlaced: false,
      audioCodecs: ['aac', 'pcm_s24le'],
      timecode: '01:00:00;02',
      rotation: 0,
    });
  });

  it('says nothing of what the file does not say', async () => {
    const path = await makeVideo(join(await temporary(), 'a.mkv'), ['-c:v', 'ffv1', '-pix_fmt', 'yuv420p']);
    const probe = await probeVideo(await ffmpegTools(), path, never());
    expect(probe.tags).toEqual({});
    expect(probe.timecode).toBeUndefined();
    expect(probe.headerCount).toBeUndefined();
    expect(probe.times).toHaveLength(12);
  });

  it("swaps a turned picture's sides and its pixels' aspect", async () => {
    const folder = await temporary();
    const options = ['-vf', 'setsar=2/1', '-c:v', 'libx264'];
    const flat = await makeVideo(join(folder, 'flat.mp4'), options);
    const path = join(folder, 'turned.mp4');
    await plainFfmpeg('-i', flat, '-c', 'copy', '-metadata:s:v', 'rotate=90', path);
    expect(await probeVideo(await ffmpegTools(), path, never())).toMatchObject({
      width: 48,
      height: 64,
      sampleAspect: { num: 1, den: 2 },
    });
  });

  it('counts what is shown: packets of VP8 that only help others are not', async () => {
    const folder = await temporary();
    const path = join(folder, 'a.webm');
    for (const pass of ['1', '2']) {
      await plainFfmpeg(
        ...[
          '-f',
          'lavfi',
          '-i',
          'mandelbrot=size=96x64:rate=25',
          '-frames:v',
          '60',
          '-c:v',
          'libvpx',
          '-b:v',
          '60k',
        ],
        ...['-auto-alt-ref', '1', '-lag-in-frames', '25', '-g', '100', '-pass', pass],
        ...['-passlogfile', join(folder, 'log'), path],
      );
    }
    const packets = ['-count_packets', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0'];
    expect(Number.parseInt(await plainFfprobe(...packets, path), 10)).toBeGreaterThan(60);
    expect((await probeVideo(await ffmpegTools(), path, never())).packetCount).toBe(60);
  });

  it('is stopped by its signal', async () => {
    const path = await makeVideo(join(await temporary(), 'a.mkv'), ['-c:v', 'ffv1']);
    await expect(probeVideo(await ffmpegTools(), path, AbortSignal.abort())).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});

describe('the table of pixel formats', () => {
  interface Described {
    readonly name: string;
    readonly nb_components: number;
    readonly flags: { readonly rgb: number; readonly alpha: number };
    readonly components?: readonly { readonly bit_depth: number }[];
  }

  it("agrees with ffprobe's on depth, model and alpha, for every format that both know", async () => {
    const { pixel_formats: formats } = JSON.parse(
      await plainFfprobe('-of', 'json', '-show_pixel_formats'),
    ) as { pixel_formats: Described[] };
    let known = 0;
    for (const { name, nb_components: channels, flags, components = [] } of formats) {
      const stored = decodedFormat(name, undefined);
      if (!stored || name === 'pal8') continue;
      known += 1;
      const deepest = Math.max(...components.map(({ bit_depth: depth }) => depth));
      expect({ name, depth: stored.decoded.depth }).toEqual({
        name,
        depth: deepest === 32 ? 'float' : [8, 10, 12, 16].find((d) => d >= deepest),
      });
      expect({ name, model: stored.decoded.model }).toEqual({
        name,
        model: flags.rgb || channels < 3 ? 'rgb' : 'yuv',
      });
      expect({ name, alpha: stored.alpha }).toEqual({ name, alpha: flags.alpha === 1 });
    }
    expect(known).toBeGreaterThan(120);
  });

  it('takes limited-range grey for luma, and leaves out what frames cannot hold', () => {
    expect(decodedFormat('gray10le', 'tv')?.decoded.pixelFormat).toBe('yuv444p10le');
    expect(decodedFormat('gray10le', 'pc')?.decoded.pixelFormat).toBe('gbrp10le');
    for (const name of ['grayf32le', 'bayer_rggb8', 'monow', 'xyz12le', 'vaapi', '']) {
      expect(decodedFormat(name, undefined)).toBeUndefined();
    }
  });
});
