import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readVotes, type Vote } from '../../../src/evaluation/study/votes-file.js';
import { votesPath } from '../../../src/evaluation/study/study-file.js';
import { findChromium, launchBrowser, undecodedImages, type TestBrowser } from '../../support/browser.js';
import { runCli, startCli, type CliRun } from '../../support/cli.js';
import { madePicture } from '../../support/made-evaluation.js';
import { within } from '../../support/processes.js';

let parent: string;
let folder: string;

/** A set of two pictures on disk. */
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'matteflow-study-'));
  folder = join(parent, 'study');
  await mkdir(join(parent, 'set', 'image'), { recursive: true });
  await mkdir(join(parent, 'set', 'trimap'));
  for (const [i, name] of ['one', 'two'].entries()) {
    const { image, trimap } = madePicture(name, i);
    const { width, height } = image.format;
    await sharp(image.samples, { raw: { width, height, channels: 3 } }).toFile(
      join(parent, 'set', 'image', `${name}.png`),
    );
    await sharp(trimap, { raw: { width, height, channels: 1 } }).toFile(
      join(parent, 'set', 'trimap', `${name}.png`),
    );
  }
  const made = await runCli([
    'study',
    join(parent, 'set'),
    ...['--model', 'compact', '--baseline', 'trimap'],
    '-o',
    folder,
    '--no-serve',
    '--json',
  ]);
  expect(made.stderr).not.toContain('matteflow:');
  expect(JSON.parse(made.stdout)).toEqual({
    output: folder,
    methods: ['compact stage1+2', 'trimap'],
    pictures: 2,
  });
});
afterAll(() => rm(parent, { recursive: true }));

describe('matteflow study', () => {
  it('refuses what it cannot compare', async () => {
    const one = await runCli(['study', join(parent, 'set'), '--model', 'trimap', '-o', join(parent, 'one')]);
    expect(one.code).toBe(2);
    expect(one.stderr).toContain('expected two or more');
    const none = await runCli(['study', 'results', parent, '--json']);
    expect(none.code).toBe(1);
    expect(JSON.parse(none.stdout)).toMatchObject({ error: { code: 'INPUT_MISSING' } });
  });

  it('prints who won', async () => {
    const { code, stdout } = await runCli(['study', 'results', folder]);
    expect(code).toBe(0);
    expect(stdout).toContain('compact stage1+2 – trimap: 0 to 0');
  });
});

describe.skipIf(findChromium() === undefined)('a study in a browser', () => {
  let browser: TestBrowser;
  let own: string;
  let cli: CliRun;
  let url: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    own = join(parent, 'voted');
    await cp(folder, own, { recursive: true });
    ({ cli, url } = await startServing(own));
  });
  afterAll(async () => {
    cli.child.kill('SIGTERM');
    await cli.ended;
    await browser.close();
  });

  const votes = (): Promise<Vote[]> => readVotes(votesPath(own));
  const counted = (page: Page, text: string): Promise<void> =>
    page.locator('#count', { hasText: text }).waitFor({ state: 'attached' });

  it('records votes by keys and buttons, goes on after a reload, and comes to an end', async () => {
    const { page, complaints, requests } = await browser.open(url);
    await page.locator('input[name="observer"]').fill('Ann <b>');
    await page.locator('#start button').click();
    await counted(page, '0 of 4');
    await page.locator('#trial .pair').waitFor();
    expect(await undecodedImages(page)).toEqual([]);

    await page.keyboard.press('ArrowLeft');
    await counted(page, '1 of 4');
    expect(await votes()).toMatchObject([{ observer: 'Ann <b>', choice: 'left' }]);
    const next = await page.locator('#left').getAttribute('src');

    await page.reload();
    await page.locator('#trial .pair').waitFor();
    await counted(page, '1 of 4');
    expect(await page.locator('#left').getAttribute('src')).toBe(next);

    await page.keyboard.press('ArrowDown');
    await counted(page, '2 of 4');

    // A pair whose second composite is long in coming: till then none of it is seen and nothing is answered.
    let deliver = (): void => undefined;
    const delivered = new Promise<void>((resolve) => (deliver = resolve));
    await page.route(/composites/, async (route) => {
      if (route.request().url() === new URL((await page.locator('#right').getAttribute('src'))!, url).href)
        await delivered;
      await route.continue();
    });
    const requested = page.waitForRequest(/composites/);
    await page.locator('.answers [data-choice="right"]').click();
    await requested;
    await page.locator('#left').waitFor({ state: 'hidden' });
    await page.keyboard.press('ArrowLeft');
    await counted(page, '2 of 4');
    deliver();
    await counted(page, '3 of 4');
    await page.locator('#left').click();
    await page.locator('#end').waitFor();
    expect((await votes()).map(({ choice }) => choice)).toEqual(['left', 'unsure', 'right', 'left']);
    expect((await votes()).every(({ seconds }) => seconds > 0 && seconds < 60)).toBe(true);
    expect(complaints).toEqual([]);
    expect(requests.every((address) => address.startsWith(url))).toBe(true);

    await page.reload();
    await page.locator('#end').waitFor();
  });

  it('ends without a failure when it is told to, and knows the winner', async () => {
    cli.child.kill('SIGINT');
    const { code, stdout } = await cli.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ output: own, votes: 4 });
    const results = JSON.parse((await runCli(['study', 'results', own, '--json'])).stdout) as {
      pairs: { wins: number; losses: number; unsure: number }[];
    };
    const [{ wins, losses, unsure }] = results.pairs as [(typeof results.pairs)[number]];
    const expected = (await votes()).filter(
      (vote) => vote.choice !== 'unsure' && vote[vote.choice] === 'compact stage1+2',
    );
    expect([wins, losses, unsure]).toEqual([expected.length, 3 - expected.length, 1]);
  });
});

describe.skipIf(findChromium() === undefined)('launchBrowser', () => {
  it('leaves no process behind', async () => {
    const before = children();
    const browser = await launchBrowser();
    await browser.open('about:blank');
    expect(children().length).toBeGreaterThan(before.length);
    await browser.close();
    expect(await within(10, () => Promise.resolve(children().length <= before.length))).toBe(true);
  });
});

/** Ids of this process's children. */
function children(): string[] {
  const { stdout } = spawnSync('ps', ['--ppid', String(process.pid), '-o', 'pid=,comm='], {
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((line) => line.includes('chrom'));
}

/** `matteflow study serve`, once it says where. */
async function startServing(study: string): Promise<{ cli: CliRun; url: string }> {
  const cli = startCli(['study', 'serve', study, '--json']);
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    cli.child.stderr!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(text);
      if (found) resolve(found[0]);
    });
    cli.child.on('close', () => reject(new Error(text)));
  });
  return { cli, url };
}
