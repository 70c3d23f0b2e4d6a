import type { Command } from 'commander';
import { wholeNumber } from './values.js';

/** Adds the flags of garbage and holdout mattes. */
export function withForceFlags(command: Command): Command {
  return command
    .option('--garbage <matte>', 'a picture, folder or video whose white is background, whatever else says')
    .option('--holdout <matte>', 'one whose white is foreground (core, solid matte); wins over --garbage');
}

/** Adds the flags of how far the unknown band reaches. @param standard - what is said of the defaults */
export function withReachFlags(command: Command, standard: string): Command {
  return command
    .option('--erode <pixels>', `how far the band reaches into the subject (${standard})`, wholeNumber)
    .option('--dilate <pixels>', `how far it reaches into the background (${standard})`, wholeNumber);
}

/** Adds the flags that say where a clip's trimaps come from. */
export function withTrimapFlags(command: Command): Command {
  command
    .option('--trimaps <folder>', 'painted trimaps named by frame number; those between are propagated')
    .option('--masks <folder|video>', 'a segmentation tool’s masks instead: for every frame, or a few')
    .option('--plate <picture|video>', 'the scene without its subject instead')
    .option('--auto-trimap', 'let a network make them instead (needs --trimap-model)')
    .option('--trimap-model <file>', 'weights of the model trimap-unet, which you train');
  return withForceFlags(withReachFlags(command, 'masks 8, plate 0, network 4'));
}
