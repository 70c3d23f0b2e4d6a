import { dimOptions, dimOrigins } from './dim-shapes.js';
import { requireOrigins, type Layout } from './layout.js';

/**
 * Deep Image Matting as github.com/huochaitiantang/pytorch-deep-image-matting names it: flat, `conv1_1` to `conv6_1`,
 * `deconv6_1` to `deconv1`, `refine_conv1` to `refine_pred`. Nothing in a file tells whether its network adds skips:
 * whoever has it must say so. Files of its first stage have no refiner.
 */
export const huochaitiantang: Layout = ({ shapes }, choices, corrupt) => {
  const options = dimOptions(shapes, flatName, choices, corrupt);
  const origins = dimOrigins(options, flatName);
  const none = (): boolean => false;
  const dropped = requireOrigins(shapes, origins, none, "huochaitiantang's Deep Image Matting", corrupt);
  return { model: 'dim', options, origins, dropped };
};

/** `backbone.encoder.layer2.4.weight` → `conv2_3.weight`: the convolutions alone are counted, from 1. */
function flatName(ours: string): string {
  const inBlock = /^backbone\.encoder\.layer(\d)\.(\d)\.(.+)$/.exec(ours);
  if (inBlock) return `conv${inBlock[1]}_${Number(inBlock[2]) / 2 + 1}.${inBlock[3]}`;
  return ours
    .replace(/^backbone\.encoder\.conv6\./, 'conv6_1.')
    .replace(/^(backbone\.decoder|refiner)\./, '');
}
