import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Chart } from '../../../src/evaluation/chart.js';
import { plotSvg } from '../../../src/evaluation/plot.js';
import { findChromium, launchBrowser, type TestBrowser } from '../../support/browser.js';

const METHODS = [
  ...['compact stage1', 'compact stage1+guided', 'compact stage1+2'],
  ...['closed-form', 'knn', 'guided-filter', 'trimap'],
];
const LONG = (i: number): string => `my-model-of-a-long-name-${i} stage1+2 (onnx, webgpu)`;

/** One bar a name. */
function bars(names: readonly string[]): Chart {
  const points = names.map((name, i) => [name, 1 + (i % 5)] as const);
  return {
    ...{ name: 'bars', title: 'Mean SAD', kind: 'bars', x: { name: 'method' }, y: { name: 'SAD' } },
    series: [{ name: 'SAD', points }],
  };
}

/** Bars of every series over a few pictures, or lines. */
function several(names: readonly string[], kind: Chart['kind']): Chart {
  const places = kind === 'bars' ? ['am2k_sample10', 'lemur', 'p3m_p_51c916fc'] : [1, 2, 3];
  const points = (i: number): Chart['series'][number]['points'] => places.map((x, j) => [x, 1 + i + j]);
  return { ...bars([]), kind, series: names.map((name, i) => ({ name, points: points(i) })) };
}

/** In the page: pairs of texts whose boxes, turned as they are drawn, share more than a pixel, and texts cut off. */
const FIND_CLASHES = `(() => {
  const svg = document.documentElement;
  const { width, height } = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll('text')].filter((text) => text.textContent.trim()).map((text) => {
    const { x, y, width: w, height: h } = text.getBBox();
    const matrix = text.getScreenCTM();
    const corners = [[x + 1, y + 1], [x + w - 1, y + 1], [x + w - 1, y + h - 1], [x + 1, y + h - 1]];
    return {
      text: text.textContent,
      corners: corners.map(([u, v]) => new DOMPoint(u, v).matrixTransform(matrix)),
    };
  });
  const reach = (corners, axis) => {
    const along = corners.map(({ x, y }) => x * axis.x + y * axis.y);
    return [Math.min(...along), Math.max(...along)];
  };
  // Two rectangles are apart where a side of either has them on different sides.
  const apart = (a, b) => [a, b].some(({ corners: [p, q, r] }) =>
    [{ x: q.x - p.x, y: q.y - p.y }, { x: r.x - q.x, y: r.y - q.y }].some((axis) => {
      const [one, other] = [reach(a.corners, axis), reach(b.corners, axis)];
      return one[1] <= other[0] || other[1] <= one[0];
    }));
  const cut = boxes.filter(({ corners }) => corners.some(({ x, y }) => x < 0 || y < 0 || x > width || y > height));
  const clashes = boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => !apart(a, b)).map((b) => a.text + ' | ' + b.text));
  return { texts: boxes.length, clashes, cut: cut.map(({ text }) => text) };
})()`;

describe.skipIf(findChromium() === undefined)('the texts of a plot, in Chromium', () => {
  let browser: TestBrowser;
  let folder: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    folder = await mkdtemp(join(tmpdir(), 'matteflow-test-'));
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  it.each<[string, Chart]>([
    ['two short names', bars(['onnx', 'tfjs'])],
    ['the methods of an evaluation', bars(METHODS)],
    ['a name without spaces', bars(['a_file_name_without_any_space_that_goes_on_and_on', 'b', 'c', 'd'])],
    ['a name of one long word', bars(['abcdefghij'.repeat(5), ...METHODS])],
    ['sixty long names', bars(Array.from({ length: 60 }, (_, i) => LONG(i)))],
    ['a legend of several rows', several(METHODS, 'bars')],
    [
      'a legend of nineteen long names',
      several(
        Array.from({ length: 19 }, (_, i) => LONG(i)),
        'lines',
      ),
    ],
    ['a title of several lines', { ...several(METHODS, 'lines'), title: 'A long title. '.repeat(15) }],
  ])('neither overlap nor are cut off: %s', async (_, chart) => {
    const path = join(folder, 'plot.svg');
    await writeFile(path, plotSvg(chart));
    const { page } = await browser.open(pathToFileURL(path), { viewport: { width: 3000, height: 1200 } });
    const found = await page.evaluate<{ texts: number; clashes: string[]; cut: string[] }>(FIND_CLASHES);
    expect(found).toMatchObject({ clashes: [], cut: [] });
    // Every name, the title and the axes' names and numbers are looked at.
    expect(found.texts).toBeGreaterThan(chart.series.length + 5);
    await page.context().close();
  });
});
