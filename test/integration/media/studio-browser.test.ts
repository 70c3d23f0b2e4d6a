import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTrimap } from '../../../src/trimap/trimap.js';
import { findChromium, launchBrowser, type TestBrowser } from '../../support/browser.js';
import { startCli, type CliRun } from '../../support/cli.js';
import { smallClip } from '../../support/made-clip.js';

const SIZE = { width: 160, height: 96 };
const POLL = { timeout: 30_000, interval: 100 };
/** Where the subject's middle is, and a place that is background, pixels. */
const INSIDE = { x: 80, y: 60 };
const OUTSIDE = { x: 6, y: 6 };

type Point = typeof INSIDE;

describe.skipIf(findChromium() === undefined)('the studio in a browser', () => {
  let folder: string;
  let input: string;
  let trimaps: string;
  let browser: TestBrowser;
  let studio: { cli: CliRun; url: string };
  let page: Page;
  let complaints: readonly string[];
  let requests: readonly string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'matteflow-studio-'));
    trimaps = join(folder, 'keys');
    ({ input } = await smallClip(folder, { ...SIZE, frames: 8 }));
    browser = await launchBrowser();
    studio = await startStudio(input, trimaps);
    ({ page, complaints, requests } = await browser.open(studio.url, {
      viewport: { width: 1920, height: 1080 },
    }));
    page.setDefaultTimeout(60_000);
    await page.locator('body[data-ready]').waitFor();
  });
  afterAll(async () => {
    studio.cli.child.kill('SIGTERM');
    await studio.cli.ended;
    await browser.close();
    await rm(folder, { recursive: true });
  });

  /** A frame's draft or keyframe at some places. */
  const onDisk = async (file: string, ...places: readonly Point[]): Promise<number[]> => {
    const trimap = await readTrimap(join(trimaps, file), SIZE).catch(() => undefined);
    return places.map(({ x, y }) => trimap?.[y * SIZE.width + x] ?? -1);
  };
  const draft = (number: number): string => `.drafts/000${number}.png`;
  const caption = (text: string): Promise<void> =>
    page.locator('#paint-caption', { hasText: text }).waitFor();

  it('shows the clip, and paints a trimap that is on the disk when the stroke ends', async () => {
    await caption('no trimap yet');
    await page.locator('#picture[data-shown="full 0"]').waitFor();
    await page.keyboard.press('f');
    await stroke(page, [
      { x: 70, y: 45 },
      { x: 90, y: 45 },
      { x: 90, y: 75 },
      { x: 70, y: 75 },
      { x: 70, y: 45 },
    ]);
    await expect.poll(() => onDisk(draft(0), { x: 70, y: 60 }, OUTSIDE), POLL).toEqual([255, 0]);
    await caption('painted, not saved yet');
  });

  it('fills, draws a band, and mattes', async () => {
    await page.keyboard.press('g');
    await stroke(page, [INSIDE]);
    await page.keyboard.press('w');
    const edge = { x: 80, y: 30 };
    await expect.poll(() => onDisk(draft(0), INSIDE, edge, OUTSIDE), POLL).toEqual([255, 128, 0]);
    await page.locator('#matte[data-matte]').waitFor();
    expect((await pixelOf(page, 'matte', INSIDE))[3]).toBe(255);
    expect((await pixelOf(page, 'matte', OUTSIDE))[3]).toBe(0);
  });

  it('takes back and repeats, by keys', async () => {
    await page.keyboard.press('Control+z');
    await expect.poll(() => onDisk(draft(0), { x: 80, y: 30 }), POLL).not.toEqual([128]);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await caption('no trimap yet');
    await expect.poll(() => readdir(join(trimaps, '.drafts')), POLL).toEqual(['.lock']);
    for (let i = 0; i < 3; i++) await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => onDisk(draft(0), INSIDE, { x: 80, y: 30 }, OUTSIDE), POLL).toEqual([255, 128, 0]);
  });

  it('propagates, shows how sure it is, and keeps a propagated frame', async () => {
    await page.keyboard.press('p');
    await page.locator('#frame-facts', { hasText: 'suggested' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await caption('propagated, confidence');
    expect((await pixelOf(page, 'overlay', INSIDE))[3]).toBe(255);
    await page.keyboard.press('Enter');
    await caption('painted, not saved yet');
    await expect.poll(() => onDisk(draft(1), INSIDE, OUTSIDE), POLL).toEqual([255, 0]);
  });

  it('saves keyframes under their frames’ numbers, and has them after a reload, with what is not saved', async () => {
    await page.keyboard.press('Control+s');
    await caption('keyframe');
    expect((await readdir(trimaps)).filter((name) => name.endsWith('.png'))).toEqual([
      '0000.png',
      '0001.png',
    ]);
    expect(await onDisk('0000.png', INSIDE, { x: 80, y: 30 }, OUTSIDE)).toEqual([255, 128, 0]);
    await page.keyboard.press('u');
    await page.keyboard.press('d');
    await stroke(page, [OUTSIDE]);
    await expect.poll(() => onDisk(draft(1), OUTSIDE), POLL).toEqual([128]);
    await page.reload();
    await page.locator('body[data-ready]').waitFor();
    await caption('keyframe');
    await page.keyboard.press('ArrowRight');
    await caption('painted, not saved yet');
    expect((await pixelOf(page, 'overlay', OUTSIDE)).slice(0, 3)).toEqual([74, 168, 255]);
  });

  it('plays every frame to the last, stops there, and plays from the first again until it is told to stop', async () => {
    const button = page.locator('button[data-command="play"]');
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await page.locator('#frame-number', { hasText: 'Frame 7' }).waitFor();
    await page.locator('button[data-command="play"][aria-pressed="false"]').waitFor();
    await page.locator('#picture[data-shown="full 7"]').waitFor();
    const pressed = pressAtFrame(page, 2);
    await button.click();
    // A stroke that is begun while it plays only stops it.
    await pressed;
    await page.locator('button[data-command="play"][aria-pressed="false"]').waitFor();
    await page.locator('#picture[data-shown="full 2"]').waitFor();
    expect(await readdir(join(trimaps, '.drafts'))).not.toContain('0002.png');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await caption('not saved');
  });

  it('lists its shortcuts, and asks nobody else for anything', async () => {
    await page.keyboard.press('?');
    expect(await page.locator('#shortcuts').textContent()).toContain('Ctrl Shift Z or Ctrl Y');
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
    expect(requests.every((address) => new URL(address).origin === new URL(studio.url).origin)).toBe(true);
  });

  it('shows in one tab what is painted in another, and loses nothing of either', async () => {
    const other = await page.context().newPage();
    await other.goto(new URL(studio.url).origin);
    await other.locator('#paint-caption', { hasText: 'keyframe' }).waitFor();
    await other.keyboard.press('ArrowRight');
    await other.locator('#paint-caption', { hasText: 'not saved' }).waitFor();
    const [here, there] = [
      { x: 20, y: 80 },
      { x: 140, y: 80 },
    ];
    await Promise.all([stroke(page, [here]), stroke(other, [there])]);
    await expect.poll(() => onDisk(draft(1), here, there), POLL).toEqual([128, 128]);
    for (const [tab, place] of [
      [page, there],
      [other, here],
    ] as const) {
      await expect
        .poll(async () => (await pixelOf(tab, 'overlay', place)).slice(0, 3), POLL)
        .toEqual([74, 168, 255]);
    }
    await other.close();
  });

  it('keeps strokes while the server is gone, and delivers them when it is there again', async () => {
    const port = new URL(studio.url).port;
    studio.cli.child.kill('SIGKILL');
    await studio.cli.ended;
    await page.locator('#message', { hasText: 'does not answer' }).waitFor();
    const place = { x: 80, y: 8 };
    await stroke(page, [place]);
    await page.locator('#message', { hasText: '1 stroke on the way' }).waitFor();
    studio = await startStudio(input, trimaps, ['--port', port]);
    await page.locator('#message', { hasText: 'started anew' }).waitFor();
    const other = await page.context().newPage();
    await other.goto(studio.url);
    await expect.poll(() => onDisk(draft(1), place, { x: 20, y: 80 }), POLL).toEqual([128, 128]);
    await page.locator('#message', { hasText: /^$/ }).waitFor({ state: 'attached' });
    await other.close();
  });

  it('ends without a failure when it is told to', async () => {
    studio.cli.child.kill('SIGINT');
    const { code, stdout } = await studio.cli.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ output: trimaps, saved: [0], drafts: [1] });
  });
});

/** Draws from one pixel of the picture to the next; a single one is a click. */
async function stroke(page: Page, points: readonly Point[]): Promise<void> {
  const box = (await page.locator('#paint .stage').boundingBox())!;
  const move = ({ x, y }: Point): Promise<void> =>
    page.mouse.move(
      box.x + ((x + 0.5) * box.width) / SIZE.width,
      box.y + ((y + 0.5) * box.height) / SIZE.height,
      { steps: 3 },
    );
  await move(points[0]!);
  await page.mouse.down();
  for (const point of points.slice(1)) await move(point);
  await page.mouse.up();
}

/** Presses the brush the moment a frame is shown: a tester's own hand would come too late. */
function pressAtFrame(page: Page, number: number): Promise<void> {
  return page.evaluate(`new Promise((resolve) => {
    const shown = document.getElementById('frame-number');
    const observer = new MutationObserver(() => {
      if (shown.textContent !== 'Frame ${number}') return;
      observer.disconnect();
      const stage = document.querySelector('#paint .stage');
      const { left, top } = stage.getBoundingClientRect();
      const press = { bubbles: true, cancelable: true, clientX: left + 20, clientY: top + 20 };
      for (const kind of ['pointerdown', 'pointerup']) stage.dispatchEvent(new PointerEvent(kind, press));
      resolve();
    });
    observer.observe(shown, { childList: true });
  })`);
}

/** R, G, B and alpha of a canvas's pixel. */
function pixelOf(page: Page, canvas: string, { x, y }: Point): Promise<number[]> {
  // Not the canvas's own context: reading from that often is complained of.
  return page.evaluate(`(() => {
    const one = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    one.drawImage(document.getElementById('${canvas}'), ${x}, ${y}, 1, 1, 0, 0, 1, 1);
    return [...one.getImageData(0, 0, 1, 1).data];
  })()`);
}

/** `matteflow studio`, once it says where. */
async function startStudio(
  input: string,
  trimaps: string,
  flags: readonly string[] = [],
): Promise<{ cli: CliRun; url: string }> {
  const cli = startCli(['studio', input, '--trimaps', trimaps, '--json', ...flags]);
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    cli.child.stderr!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(text);
      if (found) resolve(found[0]);
    });
    cli.child.on('close', () => reject(new Error(text)));
  });
  return { cli, url };
}
