import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLive, type LiveService } from '../../../src/live/live.js';
import { randomKey, storeKey } from '../../../src/live/rtmp/keys.js';
import { findChromium, launchBrowser, type TestBrowser } from '../../support/browser.js';
import { publish, type Publisher } from '../../support/rtmp.js';

const LONG = { timeout: 90_000 };
const [publishKey, viewKey] = [randomKey(), randomKey()];

/** Notes in `window.placed` when each packet of sound is to be played and when it will have been, seconds. */
const NOTE_SOUND = `
  window.placed = [];
  const { start } = AudioBufferSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function (when) {
    window.placed.push({ when, end: when + this.buffer.duration / this.playbackRate.value });
    return start.call(this, when);
  };`;

describe.skipIf(findChromium() === undefined)('the sound on the viewer’s page', () => {
  let service: LiveService;
  let browser: TestBrowser;
  let publisher: Publisher;

  beforeAll(async () => {
    const keep = (key: string) => [storeKey(key, Date.now() + 3_600_000)];
    service = await startLive({
      ...{ rtmpPort: 0, httpPort: 0, healthPort: 0, threads: 1 },
      ...{ publishKeys: keep(publishKey), viewKeys: keep(viewKey), operatorKeys: [] },
    });
    browser = await launchBrowser();
    publisher = publish(`rtmp://127.0.0.1:${service.rtmpPort}/live/${publishKey}`, {
      input: [
        '-re',
        '-f',
        'lavfi',
        '-i',
        'testsrc2=size=160x96:rate=12',
        '-f',
        'lavfi',
        '-i',
        'sine=440:r=48000',
      ],
      output: ['-g', '12', '-c:a', 'aac', '-t', '300'],
    });
  });
  afterAll(async () => {
    publisher.child.kill();
    await browser.close();
    await service.close();
  });

  const open = async (search: string) => {
    const { page, complaints } = await browser.open('about:blank');
    await page.addInitScript(NOTE_SOUND);
    await page.goto(`http://localhost:${service.httpPort}/?key=${viewKey}${search}`);
    await page.waitForSelector('#sound:visible', LONG);
    return { page, complaints };
  };

  it('begins when the button is pressed, packet after packet, and ends when it is pressed again', async () => {
    const { page, complaints } = await open('');
    expect(await page.evaluate('placed.length')).toBe(0);
    await page.click('#sound');
    await page.waitForSelector('body[data-sound=on]', LONG);
    await expect.poll(() => page.evaluate('placed.length'), LONG).toBeGreaterThan(60);
    const seamless = await page.evaluate(
      `placed.filter(({ when }, n) => Math.abs(when - placed[n - 1]?.end) < 1e-5).length / placed.length`,
    );
    // While all cores are busy with other tests pictures come late by ever other times, and sound has to jump after them.
    expect(seamless).toBeGreaterThan(0.5);
    await page.click('#sound');
    await page.waitForSelector('body[data-sound=off]', LONG);
    expect(complaints.filter((complaint) => !complaint.includes('GL Driver Message'))).toEqual([]);
  });

  it('comes from an element of its own where there is no WebCodecs', async () => {
    const { page } = await open('&decoder=mse');
    await page.click('#sound');
    await page.waitForSelector('body[data-sound=on]', LONG);
    expect(await page.textContent('#sound')).toBe('Sound off');
  });
});
