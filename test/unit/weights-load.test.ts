import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parameterShapes } from '../../src/matting/networks/inventory.js';
import { networkModel } from '../../src/matting/networks/registry.js';
import { loadModel } from '../../src/matting/weights/load.js';
import { writeSafetensors, type WeightTensor } from '../../src/matting/weights/safetensors.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matteflow-weights-'));
});
afterEach(() => rm(folder, { recursive: true }));

const OPTIONS = { widths: [2, 2, 2, 2, 2, 2], refineWidth: 2 };

/** Parameters of a tiny `dim`, all numbers 0.5. */
function tinyTensors(options: object = OPTIONS): Map<string, WeightTensor> {
  const shapes = parameterShapes(networkModel('dim', { ...options }));
  const zeros = (shape: readonly number[]): Float32Array =>
    new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(0.5);
  return new Map([...shapes].map(([name, shape]) => [name, { shape, data: zeros(shape) }]));
}

const METADATA = { model: 'dim', options: JSON.stringify(OPTIONS) };

async function saved(
  tensors: ReadonlyMap<string, WeightTensor>,
  metadata: Record<string, string> = METADATA,
) {
  const file = join(folder, 'tiny.safetensors');
  await writeFile(file, writeSafetensors(tensors, metadata));
  return file;
}

function card(sha256: string, changes: object = {}): string {
  const training = { summary: 'none', data: [{ what: 'nothing', items: 0, licence: 'none' }] };
  const whole = { name: 'tiny', description: 'a test', model: 'dim', options: OPTIONS, sha256, training };
  return JSON.stringify({ ...whole, metrics: [], ...changes });
}

async function sha256(file: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

describe('loadModel', () => {
  it('finds the shipped model by name, with its card', async () => {
    const model = await loadModel('compact');
    expect(model).toMatchObject({ name: 'compact', network: { name: 'compact', readsPrior: true } });
    expect(model.card?.training.data.every((row) => row.licence !== '')).toBe(true);
    expect(model.card?.metrics.length).toBeGreaterThan(0);
  });

  it('lists the shipped models for a name that is none', async () => {
    const failure = loadModel('unheard-of');
    await expect(failure).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    await expect(failure).rejects.toThrow('compact');
  });

  it('reads a bare file by its metadata', async () => {
    const model = await loadModel(await saved(tinyTensors()));
    expect(model).toMatchObject({ name: 'tiny', network: { name: 'dim', carry: 'logit' } });
    expect(model).not.toHaveProperty('card');
  });

  it('believes the card beside the file before its metadata', async () => {
    const file = await saved(tinyTensors(), { model: 'compact' });
    const options = { ...OPTIONS, convention: 'clip' };
    await writeFile(join(folder, 'tiny.json'), card(await sha256(file), { options }));
    expect(await loadModel(file)).toMatchObject({ network: { name: 'dim', carry: 'alpha' } });
  });

  it('leaves stage 2 out when asked, with its parameters there or not', async () => {
    const stageOne = tinyTensors({ ...OPTIONS, stages: 1 });
    expect(stageOne.size).toBeLessThan(tinyTensors().size);
    for (const tensors of [stageOne, tinyTensors()]) {
      const { network } = await loadModel(await saved(tensors), { stages: 1 });
      expect(network.stages).toEqual(['stage1']);
    }
    await expect(loadModel(await saved(stageOne))).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
  });

  it.each([
    [
      'a missing parameter',
      (t: Map<string, WeightTensor>) => t.delete('refiner.refine_pred.bias'),
      'refine_pred.bias',
    ],
    [
      'one too many',
      (t: Map<string, WeightTensor>) => t.set('extra', { shape: [1], data: new Float32Array(1) }),
      'extra',
    ],
    [
      'a wrong shape',
      (t: Map<string, WeightTensor>) =>
        t.set('refiner.refine_pred.bias', { shape: [2], data: new Float32Array(2) }),
      'refine_pred.bias 2',
    ],
    [
      'a number that is not finite',
      (t: Map<string, WeightTensor>) => t.get('backbone.encoder.layer1.0.weight')!.data.fill(NaN, 3, 4),
      'layer1.0.weight',
    ],
  ])('refuses %s and names it', async (_, spoil, words) => {
    const tensors = tinyTensors();
    spoil(tensors);
    const failure = loadModel(await saved(tensors));
    await expect(failure).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
    await expect(failure).rejects.toThrow(words);
  });

  it.each([
    ['nothing that names the network', {}, 'WEIGHTS_CORRUPT'],
    ['a network nobody knows', { model: 'unet' }, 'MODEL_UNKNOWN'],
    ['options that are no JSON', { model: 'dim', options: '{' }, 'WEIGHTS_CORRUPT'],
    ['options that are no object', { model: 'dim', options: 'null' }, 'WEIGHTS_CORRUPT'],
    ['an option nobody knows', { model: 'dim', options: '{"width":2}' }, 'WEIGHTS_CORRUPT'],
  ])('refuses metadata with %s', async (_, metadata, code) => {
    await expect(loadModel(await saved(tinyTensors(), metadata))).rejects.toMatchObject({ code });
  });

  it('refuses weights that are not those of the card', async () => {
    const file = await saved(tinyTensors());
    await writeFile(join(folder, 'tiny.json'), card('0'.repeat(64)));
    const failure = loadModel(file);
    await expect(failure).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
    await expect(failure).rejects.toThrow('0'.repeat(64));
  });

  it.each([
    ['is no JSON', '{', 'JSON'],
    ['is a list', '[]', 'card is of the wrong kind'],
    ['has no model', card('0'.repeat(64), { model: undefined }), '"model"'],
    ['has a short checksum', card('00'), '"sha256"'],
    ['has no training data', card('0'.repeat(64), { training: { summary: 'x' } }), '"training.data"'],
    [
      'has data without a licence',
      card('0'.repeat(64), { training: { summary: 'x', data: [{ what: 'y', items: 1 }] } }),
      '"training.data[0].licence"',
    ],
    ['has metrics that are no list', card('0'.repeat(64), { metrics: {} }), '"metrics"'],
  ])('refuses a card that %s', async (_, text, words) => {
    await writeFile(join(folder, 'tiny.json'), text);
    const failure = loadModel(await saved(tinyTensors()));
    await expect(failure).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
    await expect(failure).rejects.toThrow(words);
  });

  it('says when there is no such file', async () => {
    const failure = loadModel(join(folder, 'absent.safetensors'));
    await expect(failure).rejects.toMatchObject({ code: 'INPUT_MISSING' });
  });
});
