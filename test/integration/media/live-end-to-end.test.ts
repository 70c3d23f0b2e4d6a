import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLive, type LiveService } from '../../../src/live/live.js';
import { randomKey, storeKey } from '../../../src/live/rtmp/keys.js';
import { findChromium, launchBrowser, type TestBrowser, type WatchedPage } from '../../support/browser.js';
import { drawnScene } from '../../support/drawn-scene.js';
import { publishDrawn, type DrawnPublisher } from '../../support/rtmp.js';

/** A busy machine mattes a frame a second. */
const LONG = { timeout: 60_000 };

const [publishKey, viewKey, operatorKey] = [randomKey(), randomKey(), randomKey()];

describe.skipIf(findChromium() === undefined)('matteflow live', () => {
  let service: LiveService;
  let browser: TestBrowser;
  let publisher: DrawnPublisher | undefined;
  const scene = drawnScene(320, 192);

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
  const open = (search: string): Promise<WatchedPage> =>
    browser.open(`http://localhost:${service.httpPort}/?${search}`, {
      viewport: { width: 320, height: 192 },
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
      const shows = (): Promise<Keyed> => keyedShare(page, scene.radius);
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

    const other = drawnScene(240, 160);
    publisher = publishDrawn(publishUrl(), { ...other, fps: 12 }, other.draw);
    await viewer.page.waitForSelector('body[data-state=live]', LONG);
    await viewer.page.waitForSelector('#picture[width="240"][height="160"]', LONG);
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

interface Keyed {
  readonly subject: number;
  readonly background: number;
}

/** Alpha as the page composites it: the mean inside the subject, found by its own middle, and in the corners. */
async function keyedShare(page: WatchedPage['page'], radius: number): Promise<Keyed> {
  const screenshot = await page.screenshot({ omitBackground: true });
  const { data, info } = await sharp(screenshot).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const alpha = (x: number, y: number): number => data[4 * (y * info.width + x) + 3]! / 255;
  let [sum, sumX, count] = [0, 0, 0];
  for (let y = 0; y < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      sum += alpha(x, y);
      sumX += x * alpha(x, y);
    }
  }
  const middle = { x: sumX / Math.max(1, sum), y: info.height / 2 };
  let [subject, background, outside] = [0, 0, 0];
  for (let y = 0; y < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      const away = Math.hypot(x - middle.x, y - middle.y);
      if (away < radius - 6) {
        subject += alpha(x, y);
        count += 1;
      } else if (away > radius + 10) {
        background += alpha(x, y);
        outside += 1;
      }
    }
  }
  return { subject: subject / count, background: background / outside };
}
