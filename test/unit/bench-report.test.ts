import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { chosenBenchmarks } from '../../bench/benchmarks.js';
import { digits, percent, spreadText } from '../../bench/figures.js';
import { plotSvg } from '../../src/evaluation/plot.js';
import { reportMarkdown, reportText, withResults } from '../../bench/report.js';
import type { Chart } from '../../src/evaluation/chart.js';

const LINES: Chart = {
  name: 'cost',
  title: 'Seconds over size',
  kind: 'lines',
  x: { name: 'megapixels', scale: 'log' },
  y: { name: 'seconds' },
  series: [
    {
      name: 'in tiles',
      points: [
        [1, 2],
        [10, 3],
      ],
    },
    {
      name: 'dense',
      points: [
        [1, 4],
        [10, 40],
      ],
    },
  ],
};
const BARS: Chart = {
  ...LINES,
  kind: 'bars',
  series: [
    {
      name: 'speed',
      points: [
        ['onnx', 1],
        ['tfjs', 3],
      ],
    },
  ],
};

const RESULT = {
  tables: [
    {
      title: 'Sizes',
      columns: ['', 'seconds'],
      rows: [
        ['small', '1'],
        ['large', '10.5'],
      ],
    },
  ],
  charts: [LINES],
  notes: ['A note.'],
};

describe('figures', () => {
  it('have three significant digits', () => {
    expect([0, 0.01234, 1.005, 12.34, 123.4, 9.999, 4321].map(digits)).toEqual([
      '0',
      '0.0123',
      '1.00',
      '12.3',
      '123',
      '10.0',
      '4320',
    ]);
    expect(spreadText({ median: 2, least: 1, most: 4 })).toBe('2.00 (1.00–4.00)');
    expect(spreadText({ median: 2, least: 2, most: 2 })).toBe('2.00');
    expect(percent(0.05)).toBe('5 %');
  });
});

describe('plotSvg', () => {
  it.each([
    ['lines', LINES],
    ['bars', BARS],
  ])('draws %s as a picture that can be rasterised, with every name in it', async (_, chart) => {
    const svg = plotSvg(chart);
    const { data, info } = await sharp(Buffer.from(svg)).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 760, height: 420 });
    expect(data.subarray(0, 3)).toEqual(Buffer.from([255, 255, 255]));
    expect(svg).toContain(chart.title);
    expect(svg).toContain(chart.x.name);
    if (chart.series.length > 1) for (const { name } of chart.series) expect(svg).toContain(name);
  });

  it.each([
    ['log', 1 / 2],
    ['linear', 9 / 99],
  ] as const)('has 1, 10 and 100 where a %s axis has them', (scale, way) => {
    const points = [1, 10, 100].map((x) => [x, 1] as const);
    const svg = plotSvg({ ...LINES, x: { name: 'x', scale }, series: [{ name: 'one', points }] });
    const line = /d="M([\d.]+) [\d.]+L([\d.]+) [\d.]+L([\d.]+) [\d.]+" fill="none"/.exec(svg)!;
    const [first, second, third] = line.slice(1).map(Number) as [number, number, number];
    expect((second - first) / (third - first)).toBeCloseTo(way, 3);
  });
});

describe('reports', () => {
  it('line up in a terminal', () => {
    expect(reportText(RESULT)).toBe('Sizes\n         seconds\n  small        1\n  large     10.5\n\nA note.');
  });

  it('are tables and pictures in Markdown', () => {
    expect(reportMarkdown(RESULT, 'plots').split('\n')).toEqual([
      '**Sizes**',
      '',
      '|  | seconds |',
      '| --- | ---: |',
      '| small | 1 |',
      '| large | 10.5 |',
      '',
      '![Seconds over size](plots/cost.svg)',
      '',
      'A note.',
    ]);
  });

  it('replace what stood in their place, and nothing else', () => {
    const document =
      'a\n<!-- results:x -->\nold\n<!-- /results:x -->\nb\n<!-- results:y -->\n<!-- /results:y -->\n';
    const once = withResults(document, 'x', 'new');
    expect(once).toBe(document.replace('\nold\n', '\n\nnew\n\n'));
    expect(withResults(once, 'x', 'new')).toBe(once);
    expect(() => withResults(document, 'z', 'new')).toThrow('results:z');
  });
});

describe('chosenBenchmarks', () => {
  const names = (...args: Parameters<typeof chosenBenchmarks>): string[] =>
    chosenBenchmarks(...args).map(([name]) => name);

  it('has a quick set, everything, or what was named', () => {
    expect(names([], false)).toContain('peers');
    expect(names([], true).length).toBeGreaterThan(names([], false).length);
    expect(names(['shapes', 'stages'], false)).toEqual(['stages', 'shapes']);
  });

  it('refuses a name there is not', () => {
    expect(() => names(['speed'], false)).toThrow('no benchmark "speed"');
  });
});
