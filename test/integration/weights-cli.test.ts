import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import protobuf from 'protobufjs/light.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli, type CliEnd } from '../support/cli.js';
import { goldenPath } from '../support/golden-file.js';
import {
  readSafetensors,
  writeSafetensors,
  type WeightTensor,
} from '../../src/matting/weights/safetensors.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matteflow-weights-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

const weights = (...args: readonly string[]): Promise<CliEnd> =>
  runCli(['weights', ...args], { cwd: folder });

async function done(...args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await weights(...args, '--json');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

/** Runs it, expects it to fail with this code and leave only these files. */
async function fails(
  args: readonly string[],
  code: string,
  exit: number,
  left: readonly string[],
): Promise<string> {
  const end = await weights(...args, '--json');
  expect(JSON.parse(end.stdout)).toMatchObject({ error: { code } });
  expect(end.stderr).not.toMatch(/ at .*\.js:\d+/);
  expect(end.code).toBe(exit);
  expect((await readdir(folder)).sort()).toEqual([...left].sort());
  return end.stderr;
}

const MMEDITING = ['import', goldenPath('checkpoint-mmediting.pth'), '--layout', 'mmediting', '-o'];

describe('matteflow weights import', () => {
  it('writes weights and a card that agree, which info then reads', async () => {
    expect(await done(...MMEDITING, 'dim.safetensors', '--licence', 'CC BY-NC 4.0')).toMatchObject({
      output: 'dim.safetensors',
      card: 'dim.json',
      model: 'dim',
      options: { stages: 2, conv6: 1 },
      dropped: [],
    });
    expect((await readdir(folder)).sort()).toEqual(['dim.json', 'dim.safetensors']);
    const card = JSON.parse(await readFile(join(folder, 'dim.json'), 'utf8')) as { sha256: string };
    const bytes = await readFile(join(folder, 'dim.safetensors'));
    expect(card.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(await done('info', 'dim.safetensors')).toMatchObject({
      kind: 'network',
      name: 'dim',
      card: { licence: 'CC BY-NC 4.0', source: { files: [{ name: 'checkpoint-mmediting.pth' }] } },
    });
  });

  it('replaces nothing unless told', async () => {
    await writeFile(join(folder, 'dim.json'), 'mine');
    await fails([...MMEDITING, 'dim.safetensors'], 'OUTPUT_EXISTS', 1, ['dim.json']);
    expect(await readFile(join(folder, 'dim.json'), 'utf8')).toBe('mine');
    await done(...MMEDITING, 'dim.safetensors', '--overwrite');
    expect(await readFile(join(folder, 'dim.json'), 'utf8')).toContain('"sha256"');
  });

  it('runs nothing of a hostile file, and names what it wanted', async () => {
    const args = [
      'import',
      goldenPath('checkpoint-hostile.pth'),
      '--layout',
      'huochaitiantang',
      '-o',
      'x.safetensors',
    ];
    const message = await fails(args, 'WEIGHTS_CORRUPT', 1, []);
    expect(message).toContain('checkpoint-hostile.pth: the file wants to call posix.system');
    expect(message).not.toMatch(/^it has run/m);
  });

  it('says when a file is absent, or of another layout', async () => {
    const absent = ['import', 'absent.pth', '--layout', 'mmediting', '-o', 'x.safetensors'];
    expect(await fails(absent, 'INPUT_MISSING', 1, [])).toContain('absent.pth');
    const other = [
      'import',
      goldenPath('checkpoint-mmediting.pth'),
      '--layout',
      'torchvision',
      '-o',
      'x.safetensors',
    ];
    expect(await fails(other, 'WEIGHTS_CORRUPT', 1, [])).toContain('--layout');
    const told = [...MMEDITING, 'x.safetensors', '--conv6', '3'];
    expect(await fails(told, 'USAGE', 2, [])).toContain('--conv6 contradicts the file');
  });

  it.each([
    ['an unknown layout', ['--layout', 'caffe', '-o', 'x.safetensors']],
    ['no layout', ['-o', 'x.safetensors']],
    ['an output of another kind', ['--layout', 'mmediting', '-o', 'x.onnx']],
    ['an even kernel', ['--layout', 'mmediting', '--conv6', '2', '-o', 'x.safetensors']],
  ])('refuses %s', async (_, flags) => {
    expect(await weights('import', goldenPath('checkpoint-mmediting.pth'), ...flags)).toMatchObject({
      code: 2,
    });
  });
});

describe('matteflow weights export', () => {
  beforeEach(() => done(...MMEDITING, 'dim.safetensors'));

  it('writes a folder that needs nothing of ours', async () => {
    await done('export', 'dim.safetensors', '-o', 'out');
    const names = ['dim.json', 'dim.md', 'dim.safetensors', 'dim.stage1.onnx', 'dim.stage2.onnx'];
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(names);
    for (const [name, channels] of [
      ['dim.stage1.onnx', 4],
      ['dim.stage2.onnx', 5],
    ] as const) {
      const session = await ort.InferenceSession.create(join(folder, 'out', name));
      for (const [n, height, width] of [
        [1, 32, 96],
        [2, 64, 32],
      ] as const) {
        const zeros = new Float32Array(n * channels * height * width);
        const { output } = await session.run({
          input: new ort.Tensor('float32', zeros, [n, channels, height, width]),
        });
        expect(output?.dims).toEqual([n, 1, height, width]);
      }
    }
    const guide = await readFile(join(folder, 'out', 'dim.md'), 'utf8');
    expect(guide).toContain('what stage 1 gave: logits');
    expect(await done('info', 'out/dim.safetensors')).toMatchObject({ network: 'dim' });
    await fails(['export', 'dim.safetensors', '-o', 'out'], 'OUTPUT_EXISTS', 1, [
      'dim.json',
      'dim.safetensors',
      'out',
    ]);
  });

  it('says in the ONNX file what it reads', async () => {
    await done('export', 'dim.safetensors', '-o', 'alone.onnx');
    const files = (await readdir(folder)).filter((name) => name.endsWith('.onnx'));
    expect(files).toEqual(['alone.stage1.onnx', 'alone.stage2.onnx']);
    const properties = metadataOf(await readFile(join(folder, 'alone.stage2.onnx')));
    expect(properties).toMatchObject({ model: 'dim', name: 'dim', stage: 'stage2', licence: 'unknown' });
    expect(properties.input?.split('\n')).toHaveLength(5);
    expect(JSON.parse(properties.options!)).toMatchObject({ convention: 'sigmoid' });
  });

  it('refuses weights of an encoder alone', async () => {
    const { tensors } = readSafetensors(await readFile(join(folder, 'dim.safetensors')), 'dim');
    const encoder = new Map<string, WeightTensor>(
      [...tensors].filter(([name]) => name.startsWith('backbone.encoder.')),
    );
    const metadata = { model: 'dim', options: '{"widths":[4,4,6,8,8,10]}', part: 'encoder' };
    await writeFile(join(folder, 'encoder.safetensors'), writeSafetensors(encoder, metadata));
    const left = ['dim.json', 'dim.safetensors', 'encoder.safetensors'];
    const message = await fails(['export', 'encoder.safetensors', '-o', 'out'], 'INPUT_UNSUPPORTED', 1, left);
    expect(message).toContain('encoder only');
    expect((await weights('info', 'encoder.safetensors')).stdout).toContain('encoder only: to train from');
  });
});

describe('matteflow weights info', () => {
  it('prints the layers of a network that has no weights', async () => {
    const { stdout, code } = await weights('info', 'dim');
    expect(code).toBe(0);
    expect(stdout).toContain('parameters   26,276,802');
    expect(stdout).toMatch(/stage1 +backbone\.encoder\.conv6 +conv +1×1 .* 512 → 512 +262,656/);
  });

  it.each(['alphagan', 'trimap-unet', 'patchgan'])('knows %s', async (name) => {
    expect(await done('info', name)).toMatchObject({ kind: 'network', network: name, options: {} });
  });

  it('says of a classical method that it has no weights', async () => {
    expect(await done('info', 'closed-form')).toMatchObject({ kind: 'classical', name: 'closed-form' });
    expect((await weights('info', 'closed-form')).stdout).toContain('no weights');
  });

  it('prints the card of the shipped model', async () => {
    const { stdout } = await weights('info', 'compact');
    expect(stdout).toContain('CC BY 2.0');
    expect(stdout).toContain('parameters   984,130');
  });

  it('lists the tensors of a checkpoint that is not imported', async () => {
    const { stdout } = await weights('info', goldenPath('checkpoint-huochaitiantang.pth.tar'));
    expect(stdout).toContain('best_sad 54.25');
    expect(stdout).toMatch(/^conv1_1\.weight +4×4×3×3$/m);
  });

  it('lists what there is for a name that is nothing', async () => {
    const message = await fails(['info', 'unheard-of'], 'MODEL_UNKNOWN', 2, []);
    expect(message).toContain('closed-form');
    expect(message).toContain('compact, dim, alphagan, trimap-unet, patchgan');
  });
});

/** The metadata of an ONNX file, by the field numbers of onnx.proto. */
function metadataOf(bytes: Uint8Array): Record<string, string> {
  const root = protobuf.Root.fromJSON({
    nested: {
      Model: { fields: { metadataProps: { rule: 'repeated', type: 'Property', id: 14 } } },
      Property: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    },
  });
  const { metadataProps } = root.lookupType('Model').decode(bytes) as unknown as {
    metadataProps: { key: string; value: string }[];
  };
  return Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]));
}
