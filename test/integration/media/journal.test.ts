import { appendFile, copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MatteflowError } from '../../../src/core/errors.js';
import { contentOf, journalledShot, type JournalledShot } from '../../support/journalled-shot.js';
import { plainFfmpeg, plainFfprobe } from '../../support/lavfi.js';

/** Pictures by name, or what a file holds packet by packet: Matroska's writer puts random numbers in its headers. */
async function packetsOf(path: string): Promise<unknown> {
  if (!path.endsWith('.mkv')) return contentOf(path);
  return plainFfprobe('-show_data_hash', 'sha256', '-show_entries', 'packet=pts,dts,flags,data_hash', path);
}

/** A line for each packet of a file: its stream, times, and hashes of its data and of what lies beside it. */
async function hashedPackets(path: string): Promise<string[]> {
  const listing = await plainFfmpeg('-i', path, '-map', '0', '-c', 'copy', '-f', 'framehash', '-');
  return listing
    .toString()
    .split('\n')
    .filter((line) => /^\d/.test(line));
}

/** What a resumed run is refused for. */
async function refusal(shot: JournalledShot, more = {}): Promise<string | undefined> {
  const error = await shot.matte({ resume: true, ...more }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'JOURNAL_DIFFERS' });
  return error instanceof MatteflowError ? error.parts.seen : undefined;
}

describe('a run in segments', () => {
  it.each([
    { name: 'out.mov', format: 'prores4444' },
    { name: 'out.mkv', format: 'matte' },
    { name: 'pictures', format: 'png' },
  ] as const)(
    'makes the $format that a run in one go makes, and leaves nothing else',
    async ({ name, format }) => {
      const shot = await journalledShot(25, name);
      const whole = join(shot.folder, `whole-${name}`);
      await shot.matte({ format, output: whole, segment: 0 });
      const notices: string[] = [];
      const onNotice = (notice: string): unknown => notices.push(notice);
      expect(await shot.matte({ format, resume: true, onNotice })).toMatchObject({ frames: 25, kept: 0 });
      expect(notices).toContain('There is nothing to resume: the run begins at its first frame.');
      expect(await packetsOf(shot.out)).toEqual(await packetsOf(whole));
      expect((await readdir(shot.folder)).sort()).toEqual(
        [name, 'shot.mov', 'trimaps', `whole-${name}`].sort(),
      );
    },
  );

  it('makes WebM at the times of one go, and the same packets of colour, alpha and sound after a stop', async () => {
    const shot = await journalledShot(34, 'out.webm');
    const [whole, atOnce] = [join(shot.folder, 'whole.webm'), join(shot.folder, 'at-once.webm')];
    const format = 'webm';
    await shot.matte({ format, output: whole });
    await shot.matte({ format, output: atOnce, segment: 0 });
    await shot.begin({ format });
    expect(await shot.matte({ format, resume: true })).toMatchObject({ frames: 34, kept: 20 });
    const packets = await hashedPackets(shot.out);
    expect(packets).toEqual(await hashedPackets(whole));
    // Alpha is data beside each packet of colour.
    expect(packets.filter((line) => /^0,.*S=1,/.test(line)).length).toBe(34);
    const times = (lines: readonly string[]): string[] => lines.map((line) => line.split(',', 3).join());
    expect(times(packets)).toEqual(times(await hashedPackets(atOnce)));
  });

  it('leaves no journal when it fails before anything is finished', async () => {
    const shot = await journalledShot();
    const stop = new AbortController();
    const run = shot.matte({ signal: stop.signal, onFrame: () => stop.abort() });
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
    expect((await readdir(shot.folder)).sort()).toEqual(['shot.mov', 'trimaps']);
  });
});

describe('a run that is resumed', () => {
  it('makes the same file, a network’s batches included, and refuses other weights', async () => {
    const shot = await journalledShot(34);
    const [weights, card] = [join(shot.folder, 'own.safetensors'), join(shot.folder, 'own.json')];
    const own = await readFile('models/compact.safetensors');
    const write = async (): Promise<void> => {
      await writeFile(weights, own);
      const about = JSON.parse(await readFile('models/compact.json', 'utf8')) as object;
      const sha256 = createHash('sha256').update(own).digest('hex');
      await writeFile(card, JSON.stringify({ ...about, sha256 }));
    };
    await write();
    const network = { model: weights, batch: 3 } as const;
    const whole = join(shot.folder, 'whole.mov');
    await shot.matte({ ...network, output: whole });
    await shot.begin(network);
    own[own.length - 1]! ^= 1;
    await write();
    expect(await refusal(shot, network)).toBe('different weights');
    own[own.length - 1]! ^= 1;
    await write();
    expect(await shot.matte({ ...network, resume: true })).toMatchObject({ frames: 34, kept: 20 });
    expect(await contentOf(shot.out)).toEqual(await contentOf(whole));
  });

  it('has to be asked for, on the same input and trimaps, with the same options', async () => {
    const shot = await journalledShot();
    await shot.begin();
    await expect(shot.matte()).rejects.toMatchObject({ code: 'JOURNAL_EXISTS' });
    expect(await refusal(shot, { model: 'closed-form' })).toBe(
      'different model guided-filter, now closed-form',
    );
    expect(await refusal(shot, { premultiplied: true })).toBe('different premultiplied false, now true');
    const trimap = join(shot.trimaps, '0000.png');
    const painted = await readFile(trimap);
    await copyFile(join(shot.trimaps, '0044.png'), trimap);
    expect(await refusal(shot)).toBe('different trimaps');
    await writeFile(trimap, painted);
    await appendFile(shot.input, 'x');
    expect(await refusal(shot)).toBe('different input');
  });

  it('makes a segment again that was damaged, and no other', async () => {
    const shot = await journalledShot();
    const whole = join(shot.folder, 'whole.mov');
    await shot.matte({ output: whole });
    await shot.begin();
    const segment = join(shot.journal, '000000.mov');
    const bytes = await readFile(segment);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(segment, bytes);
    const notices: string[] = [];
    const made: number[] = [];
    const result = await shot.matte({
      resume: true,
      onNotice: (notice) => notices.push(notice),
      onFrame: ({ index }) => made.push(index),
    });
    expect(result).toMatchObject({ frames: 45, kept: 10 });
    expect(notices).toEqual([`${segment} is damaged or gone: frames 1 to 10 are made again.`]);
    expect(made).toEqual([...Array(10).keys(), ...Array.from({ length: 25 }, (_, i) => 20 + i)]);
    expect(await contentOf(shot.out)).toEqual(await contentOf(whole));
    // As the last step before the journal is gone leaves it.
    await mkdir(shot.journal);
    await writeFile(join(shot.journal, 'joined.json'), JSON.stringify({ inode: (await stat(shot.out)).ino }));
    expect(await shot.matte({ resume: true })).toMatchObject({ output: shot.out, frames: 45, kept: 45 });
    expect(await readdir(shot.folder)).not.toContain('out.mov.journal');
  });
});
