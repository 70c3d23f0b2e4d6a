import { parameterShapes } from '../../networks/inventory.js';
import type { ModelOptions } from '../../networks/model.js';
import { networkModel } from '../../networks/registry.js';
import type { Complaint } from '../corrupt.js';
import type { WeightTensor } from '../safetensors.js';
import {
  generatorOptions,
  refuseChoices,
  requireOrigins,
  type ImportPlan,
  type Layout,
  type LayoutChoices,
  type Origin,
} from './layout.js';

type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * Classifiers of torchvision as initial weights of a matting network's encoder: VGG-16 for `dim`, ResNet-50 for
 * `alphagan`. Both read colours normalised as ours do; the trimap's channel begins at zero (Xu et al., CVPR 2017, §4.1).
 */
export const torchvision: Layout = ({ shapes }, choices, corrupt) => {
  refuseChoices(choices, ['skips'], 'a classifier');
  if (shapes.has('features.0.weight')) return vgg16(shapes, choices, corrupt);
  if (shapes.has('layer4.2.conv3.weight')) return resnet50(shapes, choices, corrupt);
  const seen = [...shapes.keys()].slice(0, 3).join(', ');
  throw corrupt(
    'the tensors are of another classifier',
    seen,
    'VGG-16 (features.0 …) or ResNet-50 (layer4.2 …)',
  );
};

/** Where each convolution of VGG-16 stands in torchvision's `features`, by block. */
const FEATURES = [
  [0, 2],
  [5, 7],
  [10, 12, 14],
  [17, 19, 21],
  [24, 26, 28],
] as const;

/** Width and height of the map that VGG-16's first fully connected layer, fc6, reads. */
const FC6_WINDOW = 7;

function vgg16(shapes: Shapes, { conv6 = 1 }: LayoutChoices, corrupt: Complaint): ImportPlan {
  const whose = "torchvision's VGG-16";
  const outputs = (name: string): number => {
    const size = shapes.get(name)?.[0];
    if (size === undefined) throw corrupt(`tensors are missing for ${whose}`, `no ${name}`);
    return size;
  };
  const blocks = FEATURES.map(([first]) => outputs(`features.${first}.weight`));
  const usesFc6 = conv6 === FC6_WINDOW;
  // Without fc6 the convolution at the bottom keeps the width of the last block, as in the public checkpoints.
  const options: ModelOptions = {
    conv6,
    widths: [...blocks, usesFc6 ? outputs('classifier.0.weight') : blocks[4]!],
  };
  const origins = [...parameterShapes(networkModel('dim', options))].flatMap(([ours, shape]): Origin[] => {
    const inBlock = /^backbone\.encoder\.layer(\d)\.(\d)\.(.+)$/.exec(ours);
    if (inBlock) {
      const place = FEATURES[Number(inBlock[1]) - 1]![Number(inBlock[2]) / 2]!;
      return [colourOrigin(ours, `features.${place}.${inBlock[3]}`, shape)];
    }
    if (!usesFc6 || !ours.startsWith('backbone.encoder.conv6.')) return [];
    const theirs = ours.replace('backbone.encoder.conv6', 'classifier.0');
    if (shape.length === 1) return [{ ours, theirs, shape }];
    const [filters, ...window] = shape as [number, ...number[]];
    const flat = [filters, window.reduce((product, size) => product * size, 1)];
    return [{ ours, theirs, shape: flat, convert: ({ data }) => ({ shape, data }) }];
  });
  const isHead = (name: string): boolean => /^classifier\.\d\./.test(name);
  const dropped = requireOrigins(shapes, origins, isHead, whose, corrupt);
  return { model: 'dim', options, part: 'encoder', origins, dropped };
}

function resnet50(shapes: Shapes, choices: LayoutChoices, corrupt: Complaint): ImportPlan {
  refuseChoices(choices, ['conv6'], 'ResNet-50');
  const options = generatorOptions(shapes, 'conv1.weight');
  const origins = [...parameterShapes(networkModel('alphagan', options))]
    .filter(([ours]) => ours.startsWith('encoder.'))
    .map(([ours, shape]) => colourOrigin(ours, ours.slice('encoder.'.length), shape));
  const isHead = (name: string): boolean => /^fc\.|\.num_batches_tracked$/.test(name);
  const dropped = requireOrigins(shapes, origins, isHead, "torchvision's ResNet-50", corrupt);
  return { model: 'alphagan', options, part: 'encoder', origins, dropped };
}

/** The filters that read a network's input. */
const READS_INPUT: ReadonlySet<string> = new Set([
  'backbone.encoder.layer1.0.weight',
  'encoder.conv1.weight',
]);

/** A parameter as it is, but for the first convolution's filters, which read the trimap as a fourth channel. */
function colourOrigin(ours: string, theirs: string, shape: readonly number[]): Origin {
  if (!READS_INPUT.has(ours)) return { ours, theirs, shape };
  const [outputs, , rows, columns] = shape as [number, number, number, number];
  return {
    ours,
    theirs,
    shape: [outputs, 3, rows, columns],
    convert: (tensor) => withTrimapChannel(tensor, shape),
  };
}

/** Filters over three channels, (outputs, 3, rows, columns), with a fourth of zeros. */
function withTrimapChannel({ data }: WeightTensor, shape: readonly number[]): WeightTensor {
  const [outputs, inputs, rows, columns] = shape as [number, number, number, number];
  const widened = new Float32Array(outputs * inputs * rows * columns);
  const colour = 3 * rows * columns;
  for (let i = 0; i < outputs; i++) {
    widened.set(data.subarray(i * colour, (i + 1) * colour), i * inputs * rows * columns);
  }
  return { shape, data: widened };
}
