import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReportPictures } from '../../../src/evaluation/report/pictures.js';
import { writeReport } from '../../../src/evaluation/report/write-report.js';
import type { Evaluation } from '../../../src/evaluation/results.js';
import { findChromium, launchBrowser, undecodedImages, type TestBrowser } from '../../support/browser.js';
import { evaluate, gammaMethod, madePicture } from '../../support/made-evaluation.js';

const HOSTILE = `<script>document.title='broken'</script>"'><img src=x onerror=alert(1)>`;
/** From best to worst; the second is the exact matte. */
const METHODS = ['far', 'exact', HOSTILE] as const;
const GAMMAS = [3, 1, 1.5] as const;
const NAMES = ['picture 10', 'picture 9', HOSTILE] as const;

const pictures = NAMES.map((name, i) => madePicture(name, i));
const methods = METHODS.map((name, i) => gammaMethod(name, GAMMAS[i]!, pictures));

let folder: string;
let path: string;
let evaluation: Evaluation;

/** The report over as many images as `budget` bytes allow. */
async function report(file: string, budget?: number): Promise<ReportPictures> {
  const made = await evaluate(pictures, methods);
  evaluation = { ...made.evaluation, skipped: [{ name: HOSTILE, reason: HOSTILE }] };
  const images = new ReportPictures(budget === undefined ? {} : { budget });
  for (const [i, picture] of pictures.entries()) {
    await images.add(picture, made.mattes.get(picture.name)!, evaluation.pictures[i]!);
  }
  const sections = [
    {
      title: 'Sweep',
      text: HOSTILE,
      content: [{ columns: ['d', 'SAD'], rows: [[HOSTILE, 2.5] as const, ['20', 1.5] as const] }],
    },
  ];
  await writeReport(join(folder, file), { evaluation, pictures: images, sections });
  return images;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matteflow-report-'));
  path = join(folder, 'report.html');
  await report('report.html');
});
afterAll(() => rm(folder, { recursive: true }));

describe('writeReport', () => {
  it('replaces nothing unasked', async () => {
    const content = { evaluation, pictures: new ReportPictures() };
    await expect(writeReport(path, content)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    const other = join(folder, 'other.html');
    await writeFile(other, 'old');
    await writeReport(other, content, { overwrite: true });
    expect((await stat(other)).size).toBeGreaterThan(1000);
  });

  it('says so where it cannot write', async () => {
    const content = { evaluation, pictures: new ReportPictures() };
    await expect(writeReport(join(path, 'below-a-file.html'), content)).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
  });
});

describe('ReportPictures', () => {
  it('keeps the pictures on which a method does worst when there is no room for all', async () => {
    const all = await report('all.html');
    const some = await report('some.html', all.bytes - 1);
    const worst = (name: string): number =>
      Math.max(
        ...Object.values(evaluation.pictures.find((each) => each.name === name)!.methods).map(
          ({ sad }) => sad,
        ),
      );
    const best = [...NAMES].sort((a, b) => worst(a) - worst(b))[0]!;
    expect(some.leftOut).toBe(1);
    expect(some.imagesOf(best)).toBeUndefined();
    expect(NAMES.filter((name) => some.imagesOf(name))).toHaveLength(2);
    expect(some.bytes).toBeLessThan(all.bytes);
  });

  it('refuses a matte of another size', async () => {
    const mattes = new Map([['odd', new Float32Array(3)]]);
    await expect(new ReportPictures().add(pictures[0]!, mattes, evaluation.pictures[0]!)).rejects.toThrow(
      RangeError,
    );
  });
});

describe.skipIf(findChromium() === undefined)('the report in a browser', () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  const open = (file = path): ReturnType<TestBrowser['open']> => browser.open(pathToFileURL(file));

  it('opens without complaint, asks for nothing else, and shows every image', async () => {
    const { page, complaints, requests } = await open();
    // Per picture: three of the reference, three a method.
    expect(await page.locator('article img').count()).toBe(3 * 3 * (1 + METHODS.length));
    expect(await undecodedImages(page)).toEqual([]);
    expect(await page.locator('.window').count()).toBe(3 * 2);
    expect(await page.locator('figure.plot svg').count()).toBe(7);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('shows hostile names as text', async () => {
    const { page } = await open();
    expect(await page.title()).toBe('Matting evaluation');
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(await page.locator('article h3', { hasText: HOSTILE }).count()).toBe(1);
    expect(await page.locator('table th', { hasText: HOSTILE }).count()).toBe(1);
    expect(await page.locator('select[name="method"] option').allInnerTexts()).toEqual([...METHODS]);
  });

  it('marks the best of each column, and sorts by any, by keyboard too', async () => {
    const { page } = await open();
    const table = page.locator('table').first();
    const order = (): Promise<string[]> => table.locator('tbody th').allInnerTexts();
    expect(await table.locator('tr', { hasText: 'exact' }).locator('td.best').count()).toBe(5);

    const heading = table.locator('thead th').nth(1);
    await heading.locator('button').click();
    expect(await order()).toEqual(['exact', HOSTILE, 'far']);
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    await heading.locator('button').press('Enter');
    expect(await order()).toEqual(['far', HOSTILE, 'exact']);
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    await table.locator('thead th').last().locator('button').press('Space');
    expect(await order()).toEqual(['far', 'exact', HOSTILE]);
    expect(await table.locator('[aria-sort]').count()).toBe(1);
  });

  it('orders and filters pictures by name and by score', async () => {
    const { page } = await open();
    const form = page.locator('#arrange');
    const shown = async (): Promise<(string | null)[]> => {
      const articles = await page.locator('article:not([hidden])').all();
      return Promise.all(articles.map((article) => article.getAttribute('data-name')));
    };
    expect(await shown()).toEqual([...NAMES]);

    await form.locator('[name="order"]').selectOption('name');
    // Numbers in names count as numbers.
    expect((await shown()).filter((name) => name !== HOSTILE)).toEqual(['picture 9', 'picture 10']);

    const sad = new Map(evaluation.pictures.map(({ name, methods: scores }) => [name, scores.far!.sad]));
    const byScore = [...NAMES].sort((a, b) => sad.get(b)! - sad.get(a)!);
    await form.locator('[name="order"]').selectOption('worst');
    expect(await shown()).toEqual(byScore);

    await form.locator('[name="least"]').fill(String(sad.get(byScore[0]!)!));
    expect(await shown()).toEqual(byScore.filter((name) => sad.get(name)! >= sad.get(byScore[0]!)!));
    await form.locator('[name="least"]').fill('');
    await form.locator('[name="name"]').fill('PICTURE 1');
    expect(await shown()).toEqual(['picture 10']);
    expect(await form.locator('output').innerText()).toBe('1 of 3');
  });

  it('opens large on Enter, and flips methods, views and pictures by keys', async () => {
    const { page, complaints } = await open();
    const dialog = page.locator('#viewer');
    const caption = (): Promise<string> => dialog.locator('[data-part="caption"]').innerText();
    await page
      .locator('article')
      .first()
      .locator('button.shot[data-column="1"][data-layer="0"]')
      .press('Enter');
    expect(await dialog.isVisible()).toBe(true);
    expect(await caption()).toBe('matte of far');
    const far = await detailPixels(page);

    await page.keyboard.press('ArrowRight');
    expect(await caption()).toBe('matte of exact');
    // The same window of another method.
    expect(await dialog.locator('[data-part="detail-caption"]').innerText()).toContain('enlarged at');
    expect(await detailPixels(page)).not.toEqual(far);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await caption()).toBe('exact matte');
    await page.keyboard.press('ArrowLeft');
    expect(await caption()).toBe(`matte of ${HOSTILE}`);
    await page.keyboard.press('ArrowDown');
    expect(await caption()).toBe(`error of ${HOSTILE}`);
    await page.keyboard.press('PageDown');
    expect(await dialog.locator('[data-part="title"]').innerText()).toBe(NAMES[1]);
    await dialog.locator('[data-part="layers"] button').nth(2).click();
    expect(await caption()).toBe(`cut-out of ${HOSTILE}`);
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  it('fits a phone: only tables and comparisons scroll sideways', async () => {
    const { page } = await browser.open(pathToFileURL(path), { viewport: { width: 390, height: 800 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  it('says which images were left out', async () => {
    const images = await report('full.html');
    await report('few.html', images.bytes - 1);
    const { page } = await open(join(folder, 'few.html'));
    expect(await page.locator('.note', { hasText: 'Images of 2 of 3 pictures' }).count()).toBe(1);
    expect(await page.locator('article').count()).toBe(3);
    expect(await page.locator('article .scores-only dl').count()).toBe(METHODS.length);
  });
});

/** What the enlarged window looks like. */
async function detailPixels(page: Page): Promise<string> {
  return (await page.locator('[data-part="detail"]').screenshot()).toString('base64');
}
