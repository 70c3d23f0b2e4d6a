import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { startLive, type LiveService } from '../src/live/live.js';
import { randomKey, storeKey } from '../src/live/rtmp/keys.js';
import { spread } from './interleave.js';
import { BOARD_WIDTH, boardLeft, CYCLE, drawScene, SCENE, WATCH_SCRIPT } from './live-scene.js';
import type { BenchResult } from './result.js';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';

const FPS = 15;
/** Pixels that an outline may be off: a band's uncertainty, and the step of one frame is four. */
const TOLERANCE = 3;

/** A picture as the page saw it. */
interface Seen {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly number: number;
  readonly left: number;
  readonly right: number;
}

/** From the drawing of a published frame to its pixel on a page, over minutes: is it there, does it grow? */
export async function benchLive(_folder: string, ffmpeg: Ffmpeg, full: boolean): Promise<BenchResult> {
  const key = randomKey();
  const keys = [storeKey(key, Date.now() + 3_600_000)];
  const ports = { rtmpPort: 0, httpPort: 0, healthPort: 0 };
  const service = await startLive({ ...ports, publishKeys: keys, viewKeys: [], operatorKeys: keys });
  const publisher = startPublisher(ffmpeg, `rtmp://127.0.0.1:${service.rtmpPort}/live/${key}`);
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${service.httpPort}/?key=${key}`);
    await page.waitForSelector('body[data-state=live]', { timeout: 60_000 });
    await page.click('#capture');
    await page.waitForSelector('body[data-ready=true]', { timeout: 60_000 });
    publisher.present = true;
    return await measure(page, service, publisher.drawn, full ? 600 : 45);
  } finally {
    publisher.stop();
    await browser.close();
    await service.close();
  }
}

async function measure(
  page: Page,
  service: LiveService,
  drawn: readonly number[],
  seconds: number,
): Promise<BenchResult> {
  // The ladder has found its place after a while.
  await setTimeout(15_000);
  await page.evaluate(WATCH_SCRIPT);
  const memory: number[] = [];
  const rungs = new Set<string>();
  for (const end = performance.now() + 1000 * seconds; performance.now() < end;) {
    await setTimeout(1000);
    memory.push(process.memoryUsage.rss() / 2 ** 20);
    rungs.add((await page.textContent('#rung')) ?? '');
  }
  const all = await page.evaluate<Seen[]>('window.seen');
  const seen = all.filter(({ number }) => number >= 0);
  const latencies = seen.map(({ at, number }) => at - lastDrawn(drawn, number, at));
  const third = Math.floor(latencies.length / 3);
  const [first, last] = [latencies.slice(0, third), latencies.slice(-third)];
  const order = seen.filter(({ number }, i) => i > 0 && ahead(number, seen[i - 1]!.number) <= 0).length;
  const apart = seen.filter((one) => !sameFrame(one)).length;
  const row = (name: string, values: readonly number[]): string[] => [
    name,
    String(values.length),
    spread(values).median.toFixed(0),
    quantile(values, 0.95).toFixed(0),
  ];
  return {
    tables: [
      {
        title: `${SCENE.width}×${SCENE.height} at ${FPS} frames a second, ${seconds} s; ${service.engine}`,
        columns: ['part', 'pictures', 'median, ms', '95 %, ms'],
        rows: [row('all', latencies), row('first third', first), row('last third', last)],
      },
    ],
    notes: [
      `${(all.length / seconds).toFixed(1)} pictures a second, ${all.length - seen.length} of them without a readable number; quality: ${[...rungs].join('; ')}.`,
      `${order} pictures out of order; ${apart} of ${seen.length} whose alpha is not where its own colour's frame was.`,
      `Memory of the service, MB: ${memory[0]!.toFixed(0)} at first, ${memory.at(-1)!.toFixed(0)} at last, ${Math.max(...memory).toFixed(0)} at most.`,
    ],
  };
}

/** When the newest frame of this number was drawn before a moment. @param drawn - by frame */
function lastDrawn(drawn: readonly number[], number: number, at: number): number {
  for (let frame = drawn.length - 1; frame >= 0; frame--)
    if (frame % CYCLE === number && drawn[frame]! <= at) return drawn[frame]!;
  return NaN;
}

/** Frames from one number to another, the shorter way round. */
function ahead(number: number, before: number): number {
  return ((((number - before + CYCLE / 2) % CYCLE) + CYCLE) % CYCLE) - CYCLE / 2;
}

function sameFrame({ number, left, right }: Seen): boolean {
  const expected = boardLeft(number);
  return Math.abs(left - expected) <= TOLERANCE && Math.abs(right + 1 - expected - BOARD_WIDTH) <= TOLERANCE;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

interface ScenePublisher {
  /** Whether the board is before the wall. */
  present: boolean;
  /** When each frame was drawn, milliseconds since 1970. */
  readonly drawn: readonly number[];
  stop(): void;
}

function startPublisher({ ffmpeg }: Ffmpeg, url: string): ScenePublisher {
  const { width, height } = SCENE;
  const child = spawn(
    ffmpeg,
    [
      ...['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', `${FPS}`],
      ...['-use_wallclock_as_timestamps', '1', '-i', 'pipe:0', '-c:v', 'libx264', '-preset', 'ultrafast'],
      ...['-tune', 'zerolatency', '-crf', '18', '-pix_fmt', 'yuv420p', '-g', `${FPS}`, '-f', 'flv', url],
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  child.stdin.on('error', () => undefined);
  const drawn: number[] = [];
  const publisher = {
    present: false,
    drawn,
    stop: () => {
      clearInterval(timer);
      child.kill();
    },
  };
  const timer = setInterval(() => {
    if (child.stdin.writableLength > 0) return;
    const rgb = new Uint8Array(3 * width * height);
    drawScene(rgb, drawn.length, publisher.present);
    drawn.push(performance.timeOrigin + performance.now());
    child.stdin.write(rgb);
  }, 1000 / FPS);
  return publisher;
}
