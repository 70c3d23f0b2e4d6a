import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startLive, type LiveService } from '../../../src/live/live.js';
import { randomKey, storeKey } from '../../../src/live/rtmp/keys.js';
import { findChromium, launchBrowser, type TestBrowser, type WatchedPage } from '../../support/browser.js';
import { drawnScene, type DrawnScene } from '../../support/drawn-scene.js';
import { keyedPicture, meansOverDisc, type KeyedMeans, type KeyedPicture } from '../../support/keyed-page.js';
import { publishDrawn, type DrawnPublisher } from '../../support/rtmp.js';

/** A busy machine mattes a frame a second. */
const LONG = { timeout: 60_000 };

/** In pixels of the picture. */
interface Point {
  readonly x: number;
  readonly y: number;
}

/** Another thing in the second publisher's picture, which a person may take for the subject, or not. */
const LAMP = { x: 34, y: 34, radius: 22 };

function drawLamp(rgb: Uint8Array, width: number): void {
  const { x, y, radius } = LAMP;
  for (let i = 0; i < rgb.length / 3; i++) {
    const inside = Math.hypot((i % width) - x, Math.floor(i / width) - y) < radius;
    if (inside) rgb.set([60, 120, 250], 3 * i);
  }
}

const [publishKey, viewKey, operatorKey] = [randomKey(), randomKey(), randomKey()];

describe.skipIf(findChromium() === undefined)('matteflow live', () => {
  let service: LiveService;
  let browser: TestBrowser;
  let publisher: DrawnPublisher | undefined;
  const scene = drawnScene(320, 192);
  /** The second publisher's. */
  const other: DrawnScene = drawnScene(240, 160);

  beforeAll(async () => {
    const expires = Date.now() + 3_600_000;
    const keep = (key: string) => [storeKey(key, expires)];
    service = await startLive({
      ...{ rtmpPort: 0, httpPort: 0, healthPort: 0, threads: 1 },
      publishKeys: keep(publishKey),
      viewKeys: keep(viewKey),
      operatorKeys: keep(operatorKey),
    });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    publisher?.child.kill();
    await browser.close();
    await service.close();
  });

  const publishUrl = (): string => `rtmp://127.0.0.1:${service.rtmpPort}/live/${publishKey}`;
  const opened: Page[] = [];
  const open = async (search: string, viewport = { width: 320, height: 192 }): Promise<WatchedPage> => {
    const watched = await browser.open(`http://localhost:${service.httpPort}/?${search}`, { viewport });
    opened.push(watched.page);
    return watched;
  };
  // A page that nobody looks at any more would go on drawing.
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.context().close();
  });

  it('shows the keyed subject with real transparency once the plate is captured from the page', async () => {
    publisher = publishDrawn(
      `rtmp://127.0.0.1:${service.rtmpPort}/live/${publishKey}`,
      { ...scene, fps: 12 },
      scene.draw,
    );
    const operator = await open(`key=${operatorKey}`);
    const viewer = await open(`key=${viewKey}&bare`);
    const fallback = await open(`key=${viewKey}&bare&decoder=mse`);
    await operator.page.waitForSelector('body[data-state=live]', LONG);
    await operator.page.waitForSelector('#advice', LONG);
    await operator.page.click('#capture');
    await operator.page.waitForSelector('body[data-ready=true]', LONG);
    scene.present = true;

    for (const { page, complaints } of [viewer, fallback]) {
      const shows = async (): Promise<KeyedMeans> => meansOverDisc(await keyedPicture(page), scene.radius);
      await expect
        .poll(async () => (await shows()).subject, { timeout: 60_000, interval: 250 })
        .toBeGreaterThan(0.95);
      const { subject, background } = await shows();
      expect(subject).toBeGreaterThan(0.95);
      expect(background).toBeLessThan(0.05);
      expect(complaints.filter(ours)).toEqual([]);
    }
    expect(await viewer.page.textContent('#decoder')).toBe('WebCodecs');
    expect(await fallback.page.textContent('#decoder')).toBe('Media Source Extensions');
    expect(operator.complaints.filter(ours)).toEqual([]);
    expect(await operator.page.isVisible('#capture')).toBe(true);
  });

  it('tells viewers that the publisher was killed, and takes the next one at another size', async () => {
    const viewer = await open(`key=${viewKey}`);
    await viewer.page.waitForSelector('body[data-state=live]', LONG);
    expect(await viewer.page.isVisible('#capture')).toBe(false);
    publisher!.child.kill('SIGKILL');
    await viewer.page.waitForSelector('body[data-state=waiting]', LONG);
    expect(await viewer.page.textContent('#notice')).toBe('The publisher has gone.');

    const drawBoth: DrawnScene['draw'] = (rgb, frame) => {
      // So slowly that a machine with no time for more than a frame in two seconds can still follow.
      other.draw(rgb, frame / 8);
      drawLamp(rgb, other.width);
    };
    publisher = publishDrawn(publishUrl(), { ...other, fps: 12 }, drawBoth);
    await viewer.page.waitForSelector('body[data-state=live]', LONG);
    await viewer.page.waitForSelector('#picture[width="240"][height="160"]', LONG);
  });

  it('keys by what is painted on the page, and by what is painted anew instead', async () => {
    other.present = true;
    const operator = await open(`key=${operatorKey}`, { width: 1000, height: 700 });
    const viewer = await open(`key=${viewKey}&bare`, { width: 240, height: 160 });
    const shown = (): Promise<KeyedPicture> => keyedPicture(viewer.page);
    const lampAlpha = async (): Promise<number> => (await shown()).alpha(LAMP.x, LAMP.y);
    const soon = { timeout: 60_000, interval: 250 };
    await viewer.page.waitForSelector('body[data-state=live]', LONG);
    await operator.page.click('#keyframe');
    await operator.page.waitForSelector('#painter', LONG);
    expect(await lampAlpha()).toBeLessThan(0.05);
    await operator.page.click('#use');
    await expect.poll(() => operator.page.textContent('#painter-message')).toContain('nothing to matte');
    await paintDisc(operator.page, LAMP);
    await operator.page.click('#use');
    await expect.poll(lampAlpha, soon).toBeGreaterThan(0.95);

    // The trimap that it has come to is there to be corrected.
    await operator.page.click('#keyframe');
    await operator.page.waitForSelector('#painter', LONG);
    await operator.page.click('[data-tool=brush]');
    await operator.page.click('[data-paint="0"]');
    await setSize(operator.page, 4 * LAMP.radius);
    await clickPicture(operator.page, LAMP);
    await paintDisc(operator.page, { ...(await discIn(operator.page)), radius: other.radius });
    await operator.page.click('#use');
    const subject = async (): Promise<number> => meansOverDisc(await shown(), other.radius).subject;
    await expect.poll(lampAlpha, soon).toBeLessThan(0.05);
    await expect.poll(subject, soon).toBeGreaterThan(0.95);
    expect(meansOverDisc(await shown(), other.radius).background).toBeLessThan(0.05);
    // One refusal was meant.
    const meant = (complaint: string): boolean => complaint.includes('422');
    expect(operator.complaints.filter((complaint) => ours(complaint) && !meant(complaint))).toEqual([]);
    expect(viewer.complaints.filter(ours)).toEqual([]);
  });

  it('says how it goes on the loopback address', async () => {
    const at = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${service.healthPort}${path}`);
    const health = await at('/health');
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ ok: true, publishing: true });
    const metrics = await (await at('/metrics')).text();
    expect(metrics).toMatch(/^matteflow_live_publishing 1$/m);
    expect(metrics).toMatch(/^matteflow_live_publishers_total 2$/m);
    expect((await at('/')).status).toBe(404);
  });
});

/** A driver that imitates a GPU says that reading back is slow. */
function ours(complaint: string): boolean {
  return !complaint.includes('GL Driver Message');
}

/** Paints a disc of the picture foreground, and a band round it. */
async function paintDisc(page: Page, disc: Point & { readonly radius: number }): Promise<void> {
  await setSize(page, 2 * disc.radius);
  await page.click('[data-tool=brush]');
  await page.click('[data-paint="255"]');
  await clickPicture(page, disc);
  await page.click('#band');
}

async function setSize(page: Page, diameter: number): Promise<void> {
  await page.evaluate(`(() => {
    const size = document.getElementById('size');
    size.value = ${diameter};
    size.dispatchEvent(new Event('input'));
  })()`);
}

async function clickPicture(page: Page, { x, y }: Point): Promise<void> {
  const { left, top, zoom } = await page.evaluate<{ left: number; top: number; zoom: number }>(`(() => {
    const { left, top, width } = document.getElementById('taken').getBoundingClientRect();
    return { left, top, zoom: width / document.getElementById('taken').width };
  })()`);
  await page.mouse.click(left + x * zoom, top + y * zoom);
}

/** Where the picture that is painted shows the disc, which alone is bright. */
function discIn(page: Page): Promise<Point> {
  return page.evaluate(`(() => {
    const canvas = document.getElementById('taken');
    const { data, width } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let [x, y, count] = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] < 150) continue;
      x += (i / 4) % width;
      y += Math.floor(i / 4 / width);
      count += 1;
    }
    return { x: x / count, y: y / count };
  })()`);
}
