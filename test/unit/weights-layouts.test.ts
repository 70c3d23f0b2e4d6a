import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parameterShapes } from '../../src/matting/networks/inventory.js';
import { networkModel } from '../../src/matting/networks/registry.js';
import { readCard } from '../../src/matting/weights/card.js';
import { importWeights, type ImportRequest } from '../../src/matting/weights/import.js';
import { loadInitialWeights, loadModel } from '../../src/matting/weights/load.js';
import { writeSafetensors, type WeightTensor } from '../../src/matting/weights/safetensors.js';
import { noise } from '../support/made-input.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matteflow-layouts-'));
});
afterEach(() => rm(folder, { recursive: true }));

type Shapes = Record<string, readonly number[]>;

/** Tensors of these shapes, full of noise that differs from one to the next. */
function filled(shapes: Shapes): Map<string, WeightTensor> {
  return new Map(
    Object.entries(shapes).map(([name, shape], i) => {
      return [
        name,
        {
          shape,
          data: noise(
            shape.reduce((product, size) => product * size, 1),
            i,
          ),
        },
      ];
    }),
  );
}

async function imported(
  tensors: ReadonlyMap<string, WeightTensor>,
  request: Pick<ImportRequest, 'layout' | 'conv6' | 'skips' | 'licence'>,
  metadata: Record<string, string> = {},
): ReturnType<typeof importWeights> {
  const file = join(folder, 'theirs.safetensors');
  await writeFile(file, writeSafetensors(tensors, metadata));
  return importWeights({ ...request, files: [file], name: 'imported' });
}

async function written({ bytes, card }: Awaited<ReturnType<typeof importWeights>>): Promise<string> {
  const file = join(folder, 'imported.safetensors');
  await writeFile(file, bytes);
  await writeFile(join(folder, 'imported.json'), JSON.stringify(card));
  return file;
}

/** torchvision's VGG-16 with 2 to 4 channels a block, written down from its printed structure. */
function vgg(): Shapes {
  const shapes: Shapes = {};
  const convolutions = [
    [0, 3, 2], [2, 2, 2], [5, 2, 2], [7, 2, 2], [10, 2, 3], [12, 3, 3], [14, 3, 3],
    [17, 3, 4], [19, 4, 4], [21, 4, 4], [24, 4, 4], [26, 4, 4], [28, 4, 4],
  ] as const; // prettier-ignore
  for (const [place, inputs, outputs] of convolutions) {
    shapes[`features.${place}.weight`] = [outputs, inputs, 3, 3];
    shapes[`features.${place}.bias`] = [outputs];
  }
  for (const [place, inputs, outputs] of [
    [0, 4 * 49, 6],
    [3, 6, 6],
    [6, 6, 10],
  ] as const) {
    shapes[`classifier.${place}.weight`] = [outputs, inputs];
    shapes[`classifier.${place}.bias`] = [outputs];
  }
  return shapes;
}

/** torchvision's ResNet-50 with a stem of two channels, and the layers in proportion. */
function resnet(): Shapes {
  const shapes: Shapes = { 'conv1.weight': [2, 3, 7, 7], 'fc.weight': [10, 64], 'fc.bias': [10] };
  const norm = (name: string, width: number): void => {
    for (const field of ['weight', 'bias', 'running_mean', 'running_var'])
      shapes[`${name}.${field}`] = [width];
    shapes[`${name}.num_batches_tracked`] = [1];
  };
  norm('bn1', 2);
  let inputs = 2;
  for (const [layer, blocks] of [3, 4, 6, 3].entries()) {
    const width = 2 * 2 ** layer;
    for (let block = 0; block < blocks; block++) {
      const at = `layer${layer + 1}.${block}`;
      shapes[`${at}.conv1.weight`] = [width, inputs, 1, 1];
      shapes[`${at}.conv2.weight`] = [width, width, 3, 3];
      shapes[`${at}.conv3.weight`] = [4 * width, width, 1, 1];
      norm(`${at}.bn1`, width);
      norm(`${at}.bn2`, width);
      norm(`${at}.bn3`, 4 * width);
      if (block === 0) {
        shapes[`${at}.downsample.0.weight`] = [4 * width, inputs, 1, 1];
        norm(`${at}.downsample.1`, 4 * width);
      }
      inputs = 4 * width;
    }
  }
  return shapes;
}

/** Names and shapes of a narrow `dim`, which are mmediting's too. */
function dim(options: object = {}): Shapes {
  const narrow = { widths: [2, 2, 2, 2, 2, 2], refineWidth: 2, ...options };
  return Object.fromEntries(parameterShapes(networkModel('dim', narrow)));
}

/** The channels of the first filter of a convolution with 3×3 or 7×7 taps. */
function channelsOfFirstFilter({ shape, data }: WeightTensor): Float32Array[] {
  const taps = shape[2]! * shape[3]!;
  return Array.from({ length: shape[1]! }, (_, i) => data.subarray(i * taps, (i + 1) * taps));
}

describe('the layout torchvision', () => {
  it('makes initial weights of VGG-16, with a trimap channel of zeros and no conv6', async () => {
    const theirs = filled(vgg());
    const result = await imported(theirs, { layout: 'torchvision' });
    expect(result.dropped).toEqual(Object.keys(vgg()).filter((name) => name.startsWith('classifier.')));
    const { model, options, part, tensors } = await loadInitialWeights(await written(result));
    expect({ model, options, part }).toEqual({
      model: 'dim',
      options: { conv6: 1, widths: [2, 2, 3, 4, 4, 4] },
      part: 'encoder',
    });
    expect(tensors.size).toBe(26);
    expect(tensors.get('backbone.encoder.layer4.2.weight')).toEqual(theirs.get('features.19.weight'));
    expect(tensors.get('backbone.encoder.layer5.4.bias')).toEqual(theirs.get('features.28.bias'));
    const [r, g, b, trimap] = channelsOfFirstFilter(tensors.get('backbone.encoder.layer1.0.weight')!);
    expect([r, g, b]).toEqual(channelsOfFirstFilter(theirs.get('features.0.weight')!));
    expect(trimap).toEqual(new Float32Array(9));
  });

  it('makes a 7×7 conv6 of its first fully connected layer', async () => {
    const theirs = filled(vgg());
    const result = await imported(theirs, { layout: 'torchvision', conv6: 7 });
    const { options, tensors } = await loadInitialWeights(await written(result));
    expect(options).toEqual({ conv6: 7, widths: [2, 2, 3, 4, 4, 6] });
    const { data } = theirs.get('classifier.0.weight')!;
    expect(tensors.get('backbone.encoder.conv6.weight')).toEqual({ shape: [6, 4, 7, 7], data });
    expect(result.dropped).not.toContain('classifier.0.weight');
  });

  it("makes initial weights of ResNet-50 for AlphaGAN's encoder", async () => {
    const theirs = filled(resnet());
    const result = await imported(theirs, { layout: 'torchvision' });
    const { model, options, tensors } = await loadInitialWeights(await written(result));
    expect({ model, options }).toEqual({ model: 'alphagan', options: { width: 2 } });
    const kept = Object.keys(resnet()).filter((name) => !/^fc|num_batches_tracked/.test(name));
    expect([...tensors.keys()].sort()).toEqual(kept.map((name) => `encoder.${name}`).sort());
    expect(tensors.get('encoder.layer3.5.bn2.running_var')).toEqual(theirs.get('layer3.5.bn2.running_var'));
    const [r, g, b, trimap] = channelsOfFirstFilter(tensors.get('encoder.conv1.weight')!);
    expect([r, g, b]).toEqual(channelsOfFirstFilter(theirs.get('conv1.weight')!));
    expect(trimap).toEqual(new Float32Array(49));
  });

  it('gives weights that nothing can be matted with', async () => {
    const file = await written(await imported(filled(vgg()), { layout: 'torchvision' }));
    await expect(loadModel(file)).rejects.toMatchObject({ code: 'INPUT_UNSUPPORTED' });
    await expect(loadModel(file)).rejects.toThrow('the weights are of the encoder only');
    await rm(join(folder, 'imported.json'));
    await expect(loadModel(file)).rejects.toMatchObject({ code: 'INPUT_UNSUPPORTED' });
  });

  it.each<[string, Shapes, object, string]>([
    [
      'a classifier with batch norm',
      { ...vgg(), 'features.1.running_mean': [2] },
      {},
      'features.1.running_mean',
    ],
    ['another classifier', { 'stem.weight': [1] }, {}, 'another classifier'],
    [
      'one whose fc6 is cut off',
      { ...vgg(), 'classifier.0.weight': [6, 5] },
      { conv6: 7 },
      'classifier.0.weight 6×5',
    ],
  ])('refuses %s', async (_, shapes, choices, words) => {
    const failure = imported(filled(shapes), { layout: 'torchvision', ...choices });
    await expect(failure).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
    await expect(failure).rejects.toThrow(words);
  });
});

describe('the layout mmediting', () => {
  it('drops what losses keep', async () => {
    const shapes = { ...dim(), 'loss_perceptual.vgg.features.0.weight': [1] };
    const { dropped } = await imported(filled(shapes), { layout: 'mmediting' });
    expect(dropped).toEqual(['loss_perceptual.vgg.features.0.weight']);
  });

  const without = (...names: string[]): Shapes =>
    Object.fromEntries(Object.entries(dim()).filter(([name]) => !names.includes(name)));

  it.each<[string, Shapes, string]>([
    [
      'missing tensors',
      without(...[2, 3, 4, 5].map((block) => `backbone.decoder.deconv${block}_1.bias`)),
      'no backbone.decoder.deconv5_1.bias, backbone.decoder.deconv4_1.bias, backbone.decoder.deconv3_1.bias and 1 more',
    ],
    ['half a refiner', without('refiner.refine_pred.weight'), 'no refiner.refine_pred.weight'],
    ['unknown tensors', { ...dim(), 'backbone.encoder.layer1.1.running_mean': [2] }, 'layer1.1.running_mean'],
    [
      'a wrong shape',
      { ...dim(), 'backbone.decoder.deconv1.weight': [1, 2, 3, 3] },
      'deconv1.weight 1×2×3×3',
    ],
    ['another project', { 'conv1_1.weight': [1] }, 'no backbone.encoder.conv6.weight'],
  ])('refuses %s by name', async (_, shapes, words) => {
    const failure = imported(filled(shapes), { layout: 'mmediting' });
    await expect(failure).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
    await expect(failure).rejects.toThrow(words);
  });

  it('refuses numbers that are not finite', async () => {
    const tensors = filled(dim());
    tensors.get('refiner.refine_pred.bias')!.data.fill(NaN);
    await expect(imported(tensors, { layout: 'mmediting' })).rejects.toThrow('refine_pred.bias');
  });

  it.each([
    ['a kernel the file has not', { conv6: 7 }, 'contradicts the file'],
    ['skips, which it has not', { skips: true }, '--skips'],
  ] as const)('refuses to be told %s', async (_, choices, words) => {
    const failure = imported(filled(dim()), { layout: 'mmediting', ...choices });
    await expect(failure).rejects.toMatchObject({ code: 'USAGE' });
    await expect(failure).rejects.toThrow(words);
  });
});

describe('the layout matteflow', () => {
  it('tells each model by its names, and widths by the shapes', async () => {
    for (const [model, options] of [
      ['compact', { stages: 1 }],
      ['compact', { stages: 2 }],
      ['alphagan', { width: 2 }],
      ['trimap-unet', {}],
    ] as const) {
      const shapes = Object.fromEntries(parameterShapes(networkModel(model, options)));
      const { card } = await imported(filled(shapes), { layout: 'matteflow' });
      expect({ model: card.model, options: card.options }).toEqual({ model, options });
    }
  });

  it('believes the metadata', async () => {
    const options = { widths: [2, 2, 2, 2, 2, 2], refineWidth: 2, convention: 'clip', refinerInput: 'bytes' };
    const metadata = { model: 'dim', options: JSON.stringify(options) };
    const { card } = await imported(filled(dim()), { layout: 'matteflow' }, metadata);
    expect(card.options).toEqual(options);
  });

  it('joins files that hold parts', async () => {
    const entries = [...filled(dim())];
    const files: [string, string] = [join(folder, 'a.safetensors'), join(folder, 'b.safetensors')];
    await writeFile(files[0], writeSafetensors(new Map(entries.slice(0, 20))));
    await writeFile(files[1], writeSafetensors(new Map(entries.slice(20))));
    const { card } = await importWeights({ files, layout: 'matteflow', name: 'joined' });
    expect(card.source?.files.map(({ name }) => name)).toEqual(['a.safetensors', 'b.safetensors']);
    await writeFile(files[1], writeSafetensors(new Map(entries.slice(19))));
    const failure = importWeights({ files, layout: 'matteflow', name: 'joined' });
    await expect(failure).rejects.toThrow(entries[19]![0]);
  });
});

describe('the card of imported weights', () => {
  it('says where they come from and, unless told, that nobody knows their licence', async () => {
    const tensors = filled(dim());
    const { card } = await imported(tensors, { layout: 'mmediting' });
    expect(card).toMatchObject({
      licence: 'unknown',
      source: { layout: 'mmediting', files: [{ name: 'theirs.safetensors' }] },
    });
    expect(card.source?.files[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    const told = await imported(tensors, { layout: 'mmediting', licence: 'CC BY-NC 4.0' });
    expect(told.card.licence).toBe('CC BY-NC 4.0');
  });

  it('is read back as it was written', async () => {
    const { card } = await imported(filled(vgg()), { layout: 'torchvision' });
    expect(readCard(JSON.stringify(card), 'card')).toEqual(card);
  });

  it.each([
    ['a licence that is no text', { licence: 3 }, '"licence"'],
    ['a source without its layout', { source: { files: [] } }, '"source.layout"'],
    ['a part nobody knows', { part: 'decoder' }, '"decoder"'],
  ])('is refused with %s', async (_, changes, words) => {
    const { card } = await imported(filled(vgg()), { layout: 'torchvision' });
    expect(() => readCard(JSON.stringify({ ...card, ...changes }), 'card')).toThrow(words);
  });
});
