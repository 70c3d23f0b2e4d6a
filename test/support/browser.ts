import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** Where Linux distributions and Google put it; the first is Debian's. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * The Chromium to test in: `CHROMIUM_PATH`, or one that the system has. Undefined where there is none: tests then skip
 * by name, unless `MATTEFLOW_NO_SKIP` is set.
 *
 * @throws Error when `CHROMIUM_PATH` names no file, or there is none and nothing may be skipped
 */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH: asked, MATTEFLOW_NO_SKIP: noSkip } = process.env;
  if (asked && !existsSync(asked)) throw new Error(`CHROMIUM_PATH: there is no ${asked}`);
  const found = asked ?? PLACES.find((path) => existsSync(path));
  if (found === undefined && noSkip) throw new Error(`no Chromium at ${PLACES.join(', ')}`);
  return found;
}

/** A page, and what went wrong on it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings of its console, uncaught exceptions, requests that failed: empty when all is well. */
  readonly complaints: readonly string[];
  /** Addresses it asked for that are neither inside it (`data:`, `blob:`) nor itself. */
  readonly requests: readonly string[];
}

/** A running headless Chromium. */
export interface TestBrowser {
  /**
   * Opens an address in a profile of its own: nothing is left of pages opened before.
   *
   * @param options - viewport, colour scheme, …, as Playwright has them
   */
  open(address: string | URL, options?: BrowserContextOptions): Promise<WatchedPage>;
  /** Ends it and all its processes. */
  close(): Promise<void>;
}

/** Starts one. It takes about two seconds: once a test file, in `beforeAll`, closed in `afterAll`. */
export async function launchBrowser(): Promise<TestBrowser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('there is no Chromium; check findChromium() first');
  // The sandbox does not run as root, which is what containers are.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args });
  return {
    open: (address, options) => openPage(browser, String(address), options),
    close: () => browser.close(),
  };
}

async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  // A test waits for what it says, and no minute for what never comes.
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // A page that is left or reloaded ends what it was still loading.
    if (why !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url().slice(0, 200)}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && url !== address) requests.push(url);
  });
  await page.goto(address);
  return { page, complaints, requests };
}

/** The addresses (cut short) of those `<img>` that cannot be decoded; all are loaded, visible or not. */
export function undecodedImages(page: Page): Promise<string[]> {
  return page.evaluate(`Promise.all([...document.images].filter((image) => image.hasAttribute('src')).map(async (image) => {
    image.loading = 'eager';
    try {
      await image.decode();
      return image.naturalWidth > 0 ? undefined : image.src.slice(0, 80);
    } catch {
      return image.src.slice(0, 80);
    }
  })).then((found) => found.filter((address) => address !== undefined))`);
}
