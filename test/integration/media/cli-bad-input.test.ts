import { mkdtempSync, rmSync } from 'node:fs';
import { chmod, copyFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCli, type CliEnd } from '../../support/cli.js';
import { smallClip, temporaryFolder } from '../../support/made-clip.js';

/** One good clip with good trimaps; each case spoils one thing. */
const shared = mkdtempSync(join(tmpdir(), 'matteflow-bad-'));
let clip: string;
let trimaps: string;

beforeAll(async () => {
  ({ input: clip, trimapFolder: trimaps } = await smallClip(shared, { frames: 30, keyframes: [0, 5] }));
  return () => rmSync(shared, { recursive: true, force: true });
});

interface Case {
  readonly input?: string;
  readonly trimaps?: string;
  readonly output?: string;
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs `matte --json`, expects it to fail with this code, to say these words, and to leave nothing in the output's folder. */
async function refuses(spoilt: Case, code: string, exit: number, ...words: RegExp[]): Promise<CliEnd> {
  const folder = await temporaryFolder();
  const output = spoilt.output ?? join(folder, 'out.mov');
  const end = await runCli(
    [
      'matte',
      spoilt.input ?? clip,
      '--trimaps',
      spoilt.trimaps ?? trimaps,
      '-o',
      output,
      '--json',
      ...(spoilt.flags ?? []),
    ],
    spoilt.env ? { env: spoilt.env } : {},
  );
  expect(end.stderr).not.toMatch(/ at .*\.js:\d+/);
  expect(JSON.parse(end.stdout)).toMatchObject({ error: { code } });
  for (const word of words) expect(end.stderr).toMatch(word);
  expect(end.code).toBe(exit);
  expect(await readdir(folder)).toEqual([]);
  return end;
}

async function inFolder(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

async function trimapFolder(
  size: { width: number; height: number },
  value: number,
  name = '0000.png',
): Promise<string> {
  const folder = await temporaryFolder();
  await sharp({ create: { ...size, channels: 3, background: { r: value, g: value, b: value } } })
    .png()
    .toFile(join(folder, name));
  return folder;
}

describe('matteflow matte refuses', () => {
  it('a missing file', () => refuses({ input: '/nowhere/shot.mov' }, 'INPUT_MISSING', 1, /shot\.mov/));

  it('a text file named .mp4', async () => {
    await refuses(
      { input: await inFolder('notes.mp4', 'not a film\n'.repeat(200)) },
      'INPUT_NOT_MEDIA',
      1,
      /notes\.mp4/,
    );
  });

  it('a truncated file', async () => {
    const input = join(await temporaryFolder(), 'short.mkv');
    await copyFile(clip, input);
    await truncate(input, Math.floor((await readFile(clip)).length * 0.6));
    await refuses({ input }, 'INPUT_DAMAGED', 1, /short\.mkv/);
  });

  it('a damaged file', async () => {
    const bytes = new Uint8Array(await readFile(clip));
    const middle = Math.floor(bytes.length / 2);
    for (let i = middle; i < middle + 2000; i += 100) bytes[i] = bytes[i]! ^ 0x55;
    await refuses({ input: await inFolder('flipped.mkv', bytes) }, 'INPUT_DAMAGED', 1, /flipped\.mkv/);
  });

  it('a playlist named .mp4', async () => {
    const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://${clip}\n#EXT-X-ENDLIST\n`;
    const end = await refuses(
      { input: await inFolder('list.mp4', playlist) },
      'INPUT_NOT_MEDIA',
      1,
      /list\.mp4/,
    );
    expect(end.stderr).not.toContain(clip);
  });

  it('a folder without frames', async () => {
    await refuses({ input: await temporaryFolder() }, 'INPUT_EMPTY', 1);
  });

  it('a trimap of the wrong size', async () => {
    const folder = await trimapFolder({ width: 100, height: 64 }, 128);
    await refuses({ trimaps: folder }, 'TRIMAP_SIZE', 1, /100.*64/, /192.*128/);
  });

  it('trimaps without any unknown pixel', async () => {
    const folder = await trimapFolder({ width: 192, height: 128 }, 255);
    await refuses({ trimaps: folder }, 'TRIMAP_ALL_KNOWN', 1, /128/);
  });

  it('a keyframe beyond the clip', async () => {
    const folder = await trimapFolder({ width: 192, height: 128 }, 128, '0099.png');
    await refuses({ trimaps: folder }, 'TRIMAP_OUT_OF_RANGE', 1, /99/, /0 to 29/);
  });

  it('an empty trimap folder', async () => {
    await refuses({ trimaps: await temporaryFolder() }, 'TRIMAP_MISSING', 1);
  });

  it('a trimap folder that is not there', () =>
    refuses({ trimaps: '/nowhere/keys' }, 'TRIMAP_MISSING', 1, /keys/));

  it('a range outside the clip', () => refuses({ flags: ['--range', '2:60'] }, 'USAGE', 2, /60/));

  it('an output folder that cannot be written', async () => {
    const file = await inFolder('file', '');
    await refuses({ output: join(file, 'out.mov') }, 'OUTPUT_UNWRITABLE', 1, /out\.mov/);
  });

  it.skipIf(process.platform !== 'linux')('an output folder that nobody may write', () =>
    refuses({ output: '/proc/out.mov' }, 'OUTPUT_UNWRITABLE', 1, /out\.mov/),
  );

  it.skipIf(process.getuid?.() === 0)('a read-only output folder (root may write anywhere)', async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o555);
    await refuses({ output: join(folder, 'out.mov') }, 'OUTPUT_UNWRITABLE', 1);
  });

  it('an output that exists, and leaves it alone', async () => {
    const output = await inFolder('precious.mov', 'precious');
    await refuses({ output }, 'OUTPUT_EXISTS', 1, /precious\.mov/);
    expect(await readFile(output, 'utf8')).toBe('precious');
  });

  it('an unknown model', () =>
    refuses({ flags: ['--model', 'magic'] }, 'MODEL_UNKNOWN', 2, /magic/, /compact/));

  it('corrupt weights', async () => {
    const model = join(await temporaryFolder(), 'broken.safetensors');
    await writeFile(model, 'these are no weights');
    await refuses({ flags: ['--model', model] }, 'WEIGHTS_CORRUPT', 1, /broken/);
  });

  it('a device that is absent', () =>
    refuses({ flags: ['--engine', 'tfjs', '--device', 'cuda'] }, 'ENGINE_UNAVAILABLE', 1, /tfjs-node-gpu/));

  it('an ffmpeg that is not there', async () => {
    await refuses({ env: { FFMPEG_PATH: '/nowhere/ffmpeg' } }, 'TOOL_MISSING', 1, /nowhere\/ffmpeg/);
  });

  it('a tile the networks cannot halve', () => refuses({ flags: ['--tile', '100'] }, 'USAGE', 2, /32/));

  it('an unknown flag, a missing one', async () => {
    expect((await runCli(['matte', clip, '--trimaps', trimaps, '--sparkle'])).code).toBe(2);
    expect((await runCli(['matte', clip])).code).toBe(2);
    expect((await runCli(['conjure'])).code).toBe(2);
  });
});

describe('matteflow', () => {
  it('shows help with an example for every command', async () => {
    for (const command of [
      ['matte'],
      ['image'],
      ['demo'],
      ['doctor'],
      ['trimap', 'propagate'],
      ['trimap', 'from-mask'],
    ]) {
      const { code, stdout } = await runCli([...command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain('Example:\n  matteflow');
    }
  });

  it('mattes an image whose trimap is all known', async () => {
    const folder = await temporaryFolder();
    const keys = await trimapFolder({ width: 40, height: 30 }, 255);
    const image = join(folder, 'image.png');
    await sharp({ create: { width: 40, height: 30, channels: 3, background: '#804020' } })
      .png()
      .toFile(image);
    const output = join(folder, 'cut.png');
    const end = await runCli(['image', image, '--trimap', join(keys, '0000.png'), '-o', output, '--json']);
    expect(end.code).toBe(0);
    const { data, info } = await sharp(output).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 40, height: 30, channels: 4 });
    expect([...data.subarray(0, 4)]).toEqual([0x80, 0x40, 0x20, 255]);
  });

  it('says what was found', async () => {
    const { code, stdout } = await runCli(['doctor', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ chosen: { engine: 'onnx', device: 'cpu' } });
  });
});
