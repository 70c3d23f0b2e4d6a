import { dimOptions, dimOrigins } from './dim-shapes.js';
import { refuseChoices, requireOrigins, type Layout } from './layout.js';

/** Parameters and buffers of losses, which training registers beside the network. */
const LOSSES = /^loss_\w+\./;

/**
 * Deep Image Matting as OpenMMLab's mmediting names it (configs/mattors/dim), which is how `dim` names it too.
 * A file of its first stage has no refiner; those of the second and third are alike.
 */
export const mmediting: Layout = ({ shapes }, choices, corrupt) => {
  refuseChoices(choices, ['skips'], 'mmediting, which has no skips');
  const same = (ours: string): string => ours;
  const options = dimOptions(shapes, same, choices, corrupt);
  const origins = dimOrigins(options, same);
  const isLoss = (name: string): boolean => LOSSES.test(name);
  const dropped = requireOrigins(shapes, origins, isLoss, "mmediting's Deep Image Matting", corrupt);
  return { model: 'dim', options, origins, dropped };
};
