import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readVotes, VotesFile, type Vote } from '../../src/evaluation/study/votes-file.js';

const vote = (trial: string): Vote => ({
  ...{ trial, observer: 'Ann', picture: 'p', background: 'white', left: 'a', right: 'b' },
  ...{ choice: 'left', seconds: 2.5, time: '2026-01-01T00:00:00.000Z' },
});

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matteflow-votes-'));
  path = join(folder, 'votes.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

async function append(...votes: Vote[]): Promise<void> {
  const file = await VotesFile.open(path);
  try {
    await Promise.all(votes.map((each) => file.append(each)));
  } finally {
    await file.close();
  }
}

describe('VotesFile', () => {
  it('keeps votes in order, across openings', async () => {
    await append(vote('1'), vote('2'), vote('3'));
    await append(vote('4'));
    expect((await readVotes(path)).map(({ trial }) => trial)).toEqual(['1', '2', '3', '4']);
    expect((await readVotes(path))[0]).toEqual(vote('1'));
  });

  it('has no votes where there is no file', async () => {
    expect(await readVotes(path)).toEqual([]);
  });

  it.each([
    ['half a line', JSON.stringify(vote('torn')).slice(0, 40)],
    ['a line that lacks its end', JSON.stringify(vote('torn'))],
    ['half a character', Buffer.from([0xe2, 0x82])],
  ])('goes on after a crash that left %s', async (_, rest) => {
    await append(vote('1'));
    await appendFile(path, rest);
    expect((await readVotes(path)).map(({ trial }) => trial)).toEqual(['1']);
    await append(vote('2'));
    expect((await readVotes(path)).map(({ trial }) => trial)).toEqual(['1', '2']);
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(3);
  });

  it.each(['nonsense', '{}', 'null', JSON.stringify({ ...vote('1'), choice: 'both' })])(
    'names the line that is no vote: %s',
    async (line) => {
      await writeFile(path, `${JSON.stringify(vote('1'))}\n${line}\n${JSON.stringify(vote('2'))}\n`);
      await expect(readVotes(path)).rejects.toMatchObject({
        code: 'INPUT_DAMAGED',
        parts: { what: 'line 2 is not a vote' },
      });
      await expect(VotesFile.open(path)).rejects.toMatchObject({ code: 'INPUT_DAMAGED' });
    },
  );
});
