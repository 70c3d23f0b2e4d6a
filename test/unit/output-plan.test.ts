import { describe, expect, it } from 'vitest';
import type { Ffmpeg } from '../../src/ffmpeg/tools.js';
import { parseColour } from '../../src/output/background-colour.js';
import type { OutputSource, OutputTarget } from '../../src/output/output-target.js';
import { planOutput } from '../../src/output/plan-output.js';

const tools: Ffmpeg = { ffmpeg: 'ffmpeg', ffprobe: 'ffprobe', origin: 'path', version: '5.1', lacks: [] };
const source: OutputSource = {
  path: 'clip.mp4',
  format: {
    width: 1920,
    height: 1080,
    model: 'yuv',
    depth: 8,
    tags: {},
    sampleAspect: { num: 1, den: 1 },
  },
  frameRate: { num: 25, den: 1 },
  timeBase: { num: 1, den: 12800 },
  firstNumber: 1001,
  frameCount: 10,
};
const plan = (target: OutputTarget, rest: Partial<OutputSource> = {}) =>
  planOutput(tools, { ...source, ...rest }, target);
const code = (value: string): object => expect.objectContaining({ code: value }) as object;
const red = { kind: 'colour', value: 'red' } as const;

describe('names and options that do not fit', () => {
  it.each<[OutputTarget]>([
    [{ path: 'out.mp4', format: 'prores4444' }],
    [{ path: 'out', format: 'prores4444' }],
    [{ path: 'out.mov', format: 'png' }],
    [{ path: 'out.png', format: 'png' }],
    [{ path: 'out.mp4', format: 'matte' }],
    [{ path: 'out.mkv', format: 'composite', background: red }],
    [{ path: 'out.mp4', format: 'composite' }],
    [{ path: 'out.mp4', format: 'composite', background: { kind: 'colour', value: 'mauve' } }],
    [{ path: 'out', format: 'png', premultiplied: true }],
    [{ path: 'out.mov', format: 'prores4444', background: red }],
  ])('%o is bad usage', (target) => {
    expect(() => plan(target)).toThrow(code('USAGE'));
  });

  it('a folder may have a dot in its name', () => {
    expect(plan({ path: 'shot.v2', format: 'png' }).sequence).toBeDefined();
  });
});

it.each([
  ['prores4444', 'out.mov', 'prores_ks'],
  ['png', 'out', 'png'],
  ['matte', 'out.mkv', 'ffv1'],
  ['composite', 'out.mp4', 'libx264'],
] as const)('%s needs its encoder', (format, path, feature) => {
  const target = { path, format, ...(format === 'composite' && { background: red }) };
  expect(() => planOutput({ ...tools, lacks: [feature] }, source, target)).toThrow(code('TOOL_FAILED'));
});

it('numbers files as frames are, with room for the last', () => {
  expect(plan({ path: 'out', format: 'png' }).sequence).toMatchObject({ firstNumber: 1001, digits: 4 });
  expect(plan({ path: 'out', format: 'png' }, { firstNumber: 9995 }).sequence).toMatchObject({ digits: 5 });
});

it('says what it cannot keep', () => {
  const audio = { codecs: ['aac', 'opus'], startSeconds: 0 };
  const { notices, outputOptions } = plan({ path: 'out.mov', format: 'prores4444' }, { audio });
  expect(notices).toEqual([expect.stringContaining('opus')]);
  expect(outputOptions.join(' ')).toContain('-c:a:0 copy -c:a:1 pcm_s24le');
});

it('never puts two words in one argument of a plan without a graph', () => {
  const audio = { codecs: ['aac'], startSeconds: 1.5, durationSeconds: 2 };
  const { inputs, outputOptions } = plan(
    { path: 'out.mov', format: 'prores4444' },
    { audio, timecode: '01:00:00:00' },
  );
  for (const option of [...outputOptions, ...inputs.flatMap(({ options }) => options)]) {
    expect(option).not.toContain(' ');
  }
});

describe('colours', () => {
  it.each([
    ['#3070B0', '3070b0'],
    ['#0f8', '00ff88'],
    [' Teal ', '008080'],
    ['lime', '00ff00'],
  ])('%s is %s', (text, hex) => {
    expect(parseColour(text)).toBe(hex);
  });

  it.each(['', '#12345', '#12345g', '3070b0', 'rgb(1,2,3)', 'red:s=9x9', 'constructor'])(
    '%j is none',
    (text) => {
      expect(() => parseColour(text)).toThrow(code('USAGE'));
    },
  );
});
