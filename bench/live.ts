import { setTimeout } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { randomKey, storeKey } from '../src/live/rtmp/keys.js';
import { percent } from './figures.js';
import { growthPerMinute, judgePictures, quantile, quantileRow, type SeenPicture } from './live-judge.js';
import { publishScene, type ScenePublisher } from './live-publisher.js';
import { SCENE, WATCH_SCRIPT } from './live-scene.js';
import { LISTEN_SCRIPT, soundOffsets, type HeardClap, type SoundOffset } from './live-sound.js';
import { startService, type LiveProcess } from './live-service.js';
import type { BenchResult, Table } from './result.js';

const FPS = 15;
/** Seconds that the ladder has to find its place. */
const SETTLING = 15;
/** Seconds that are watched. */
const LENGTH = { quick: 45, full: 600 } as const;
/** Milliseconds between sound and picture that nobody notices. */
const LIP_SYNC = 40;
const PREFIX = 'matteflow_live_';

/** From the drawing of a published frame to its pixel on a page, over minutes: is it there, does it grow? */
export async function benchLive(_folder: string, ffmpeg: Ffmpeg, full: boolean): Promise<BenchResult> {
  const key = randomKey();
  const keys = [storeKey(key, Date.now() + 3_600_000)];
  const ports = { rtmpPort: 0, httpPort: 0, healthPort: 0 };
  const service = await startService({ ...ports, publishKeys: keys, viewKeys: [], operatorKeys: keys });
  const publisher = publishScene(ffmpeg, `rtmp://127.0.0.1:${service.rtmpPort}/live/${key}`, FPS);
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.addInitScript(LISTEN_SCRIPT);
    await page.goto(`http://localhost:${service.httpPort}/?key=${key}`);
    await page.waitForSelector('body[data-state=live]', { timeout: 60_000 });
    await page.click('#capture');
    await page.waitForSelector('body[data-ready=true]', { timeout: 60_000 });
    publisher.present = true;
    await setTimeout(1000 * SETTLING);
    return await watch(page, service, publisher, full ? LENGTH.full : LENGTH.quick);
  } finally {
    publisher.stop();
    await browser.close();
    await service.close();
  }
}

async function watch(
  page: Page,
  service: LiveProcess,
  publisher: ScenePublisher,
  seconds: number,
): Promise<BenchResult> {
  await page.click('#sound');
  await page.waitForSelector('body[data-sound=on]');
  await page.evaluate(WATCH_SCRIPT);
  const memory: number[] = [];
  const server: number[] = [];
  const rungs = new Set<string>();
  const before = await readMetrics(service);
  for (const end = performance.now() + 1000 * seconds; performance.now() < end;) {
    await setTimeout(1000);
    memory.push(await service.megabytes());
    server.push(1000 * ((await readMetrics(service)).get('latency_seconds') ?? NaN));
    rungs.add((await page.textContent('#rung')) ?? '');
  }
  const after = await readMetrics(service);
  const seen = await page.evaluate<SeenPicture[]>('window.seen');
  const heard = await page.evaluate<HeardClap[]>('window.heard');
  const { timed, misread, disordered, apart } = judgePictures(seen, publisher.drawn);
  const latencies = timed.map(({ latency }) => latency);
  const offsets = soundOffsets(publisher.begun!, heard, timed);
  const third = Math.floor(latencies.length / 3);
  const row = (name: string, values: readonly number[]): string[] => quantileRow(name, values, [0.5, 0.95]);
  const mostly = (share: (picture: SeenPicture) => number): number => quantile(seen.map(share), 0.95);
  return {
    tables: [
      {
        title: `${SCENE.width}×${SCENE.height} at ${FPS} frames a second, ${seconds} s; ${service.engine}`,
        columns: ['latency', 'values', 'median, ms', '95 %, ms'],
        rows: [
          row('drawn to page', latencies),
          row('of these the first third', latencies.slice(0, third)),
          row('of these the last third', latencies.slice(-third)),
          row('inside the service (decoded to encoded, smoothed, each second)', server),
        ],
      },
      soundTable(offsets),
      stageTable(before, after, seen.length),
    ],
    notes: [
      `${(seen.length / seconds).toFixed(1)} pictures a second; quality: ${[...rungs].join('; ')}.`,
      `${misread} pictures without a readable number: they are in none of these counts.`,
      `Along the middle row of 95 % of pictures at most ${percent(mostly(({ thin }) => thin))} of the board's pixels have alpha under 0.95, and at most ${percent(mostly(({ beside }) => beside))} of those beside it over 0.05.`,
      `${offsets.filter(({ heard }) => Math.abs(heard) > LIP_SYNC).length} of ${offsets.length} claps are heard more than ${LIP_SYNC} ms from their pictures.`,
      `${disordered} pictures out of order; ${apart} of ${latencies.length} whose alpha is not where its own colour's frame was.`,
      `Memory of the service and its processes, MB: ${memory[0]!.toFixed(0)} at first, ${memory.at(-1)!.toFixed(0)} at last, ${Math.max(...memory).toFixed(0)} at most; it grew by ${growthPerMinute(memory).toFixed(1)} a minute, in the second half by ${growthPerMinute(memory.slice(memory.length / 2)).toFixed(1)}.`,
    ],
  };
}

function soundTable(offsets: readonly SoundOffset[]): Table {
  const row = (name: string, values: readonly number[]): string[] =>
    quantileRow(name, values, [0, 0.05, 0.5, 0.95, 1]);
  return {
    title: 'Sound',
    columns: ['later than pictures, ms', 'claps', 'least', '5 %', 'median', '95 %', 'most'],
    rows: [
      row(
        'as it is sent',
        offsets.map(({ sent }) => sent),
      ),
      row(
        'as it is heard on the page',
        offsets.map(({ heard }) => heard),
      ),
    ],
  };
}

/** How long each stage was at work for a picture that was shown. */
function stageTable(before: Metrics, after: Metrics, pictures: number): Table {
  const rows = [...after]
    .flatMap(([name, value]) => {
      const stage = /^stage_busy_seconds\{stage="(.+)"\}$/.exec(name)?.[1];
      const spent = value - (before.get(name) ?? 0);
      return stage === undefined || spent <= 0 ? [] : [[stage, (1000 * spent) / pictures] as const];
    })
    .sort(([, a], [, b]) => b - a)
    .map(([stage, milliseconds]) => [stage, milliseconds.toFixed(1)]);
  return { title: 'Inside the service', columns: ['stage', 'ms at work a picture'], rows };
}

/** What the service says of itself, by name without the prefix. */
type Metrics = ReadonlyMap<string, number>;

async function readMetrics({ healthPort }: LiveProcess): Promise<Metrics> {
  const text = await (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(PREFIX));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(PREFIX.length, space), Number(line.slice(space + 1))];
    }),
  );
}
