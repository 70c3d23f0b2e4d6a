import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Agenda } from '../../src/dataset/agenda.js';
import { samplingFilter, samplingStep, takenFrames } from '../../src/dataset/extract/sampling.js';
import { Journal, readJournal } from '../../src/dataset/journal.js';
import { retryDelay } from '../../src/dataset/retry-policy.js';
import { deadLetters } from '../../src/dataset/status.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matteflow-run-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('Journal', () => {
  it('keeps what was appended, drops a line that a crash tore off, and goes on behind it', async () => {
    const path = join(folder, 'journal.jsonl');
    const first = await Journal.open(path);
    first.note({ event: 'planned', name: 'a', key: 'k' });
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => first.append({ event: 'done', name: String(i), key: 'k' })),
    );
    await appendFile(path, '{"event":"done","na');
    expect(await readJournal(path)).toHaveLength(51);
    const second = await Journal.open(path);
    await second.append({ event: 'done', name: 'last', key: 'k' });
    await Promise.all([first.close(), second.close()]);
    const lines = await readJournal(path);
    expect(lines).toHaveLength(52);
    expect(lines.at(-1)).toMatchObject({ event: 'done', name: 'last' });
    expect(await readFile(path, 'utf8')).not.toContain('"na{');
  });
});

describe('Agenda', () => {
  it('gives out every item, those that failed again, and ends lanes only when nothing can come back', async () => {
    const agenda = new Agenda(['a', 'b', 'c']);
    const tried: string[] = [];
    const lane = async (): Promise<void> => {
      for (let task = await agenda.take(); task; task = await agenda.take()) {
        tried.push(`${task.item}${task.attempts}`);
        await Promise.resolve();
        if (task.item === 'b' && task.attempts < 2) agenda.retry(task, 0.001);
        else agenda.finish();
      }
    };
    await Promise.all([lane(), lane(), lane()]);
    expect(tried.sort()).toEqual(['a0', 'b0', 'b1', 'b2', 'c0']);
  });

  it('gives out what is added while other lanes wait, before what was not begun', async () => {
    const agenda = new Agenda(['long', 'last']);
    const tried: string[] = [];
    const lane = async (): Promise<void> => {
      for (let task = await agenda.take(); task; task = await agenda.take()) {
        tried.push(task.item);
        await new Promise(setImmediate);
        if (task.item === 'long') agenda.add(['part 0', 'part 1']);
        if (task.item === 'part 1') agenda.add(['join']);
        agenda.finish();
      }
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
    expect(tried.sort()).toEqual(['join', 'last', 'long', 'part 0', 'part 1']);
  });

  it('gives out nothing once it is closed', async () => {
    const agenda = new Agenda(['a', 'b']);
    await agenda.take();
    const waiting = Promise.all([agenda.take(), agenda.take()]);
    agenda.close();
    expect((await waiting)[1]).toBeUndefined();
    expect(await agenda.take()).toBeUndefined();
  });
});

describe('retries and dead letters', () => {
  it('waits twice as long each time, ten minutes at most', () => {
    const policy = { attempts: 30, backoff: 5 };
    expect([1, 2, 3, 20].map((attempt) => retryDelay(policy, attempt))).toEqual([5, 10, 20, 600]);
  });

  it('are dead until they are tried again', () => {
    const at = '';
    const error = { message: 'no' };
    const died = { at, event: 'dead', name: 'a', key: 'k', attempt: 3, error } as const;
    expect(deadLetters([died])).toEqual(new Map([['k', error]]));
    expect(deadLetters([died, { at, event: 'queued', name: 'a', key: 'k' }])).toEqual(new Map());
    expect(deadLetters([died, { at, event: 'planned', name: 'a', key: 'k' }]).size).toBe(1);
  });
});

describe('sampling', () => {
  const clip = { frameRate: { num: 25, den: 1 }, frameCount: 50 };
  it.each([
    [{ every: 5 }, [0, 5, 10, 15, 20, 25, 30, 35, 40, 45]],
    [{ count: 4 }, [0, 13, 25, 38]],
    [{ perSecond: 2 }, [0, 13, 25, 38]],
    [{ perSecond: 100 }, [...Array(50).keys()]],
    [{ count: 80 }, [...Array(50).keys()]],
  ])('%j takes the frames it says', (sampling, expected) => {
    expect(takenFrames(samplingStep(sampling, clip), clip.frameCount)).toEqual(expected);
  });

  it('asks ffmpeg for the same', () => {
    expect(samplingFilter({ num: 25, den: 2 })).toBe("select='gt(floor(n*2/25),floor((n-1)*2/25))'");
  });
});
