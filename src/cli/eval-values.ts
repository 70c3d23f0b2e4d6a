import { InvalidArgumentError } from 'commander';
import { CLASSICAL_NAMES, type ClassicalName } from '../matting/classical.js';
import { wholeNumber } from './values.js';

/** What of a network's work is scored: the encoder-decoder, that with the guided filter, that with the refinement. */
export const EVAL_STAGES = ['stage1', 'stage1+guided', 'stage1+2'] as const;
export type EvalStages = (typeof EVAL_STAGES)[number];

/** What runs networks. */
export const ENGINES = ['auto', 'onnx', 'tfjs'] as const;
export type Engine = (typeof ENGINES)[number];

/** Mattes from elsewhere. */
export interface NamedFolder {
  readonly name: string;
  readonly folder: string;
}

/** For a flag that may be given several times. */
export function repeated(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}

/** One or several of `EVAL_STAGES`, by commas. */
export function stagesList(text: string, earlier: readonly EvalStages[] | undefined): EvalStages[] {
  return [...new Set([...(earlier ?? []), ...listOf(text, EVAL_STAGES)])];
}

/** One or several methods without weights, by commas. */
export function baselineList(text: string, earlier: readonly ClassicalName[] | undefined): ClassicalName[] {
  return [...new Set([...(earlier ?? []), ...listOf(text, CLASSICAL_NAMES)])];
}

/** One or several of `ENGINES`, by commas. */
export function engineList(text: string, earlier: readonly Engine[] | undefined): Engine[] {
  return [...new Set([...(earlier ?? []), ...listOf(text, ENGINES)])];
}

function listOf<const T extends string>(text: string, known: readonly T[]): T[] {
  return text.split(',').map((word) => {
    const found = known.find((name) => name === word.trim());
    if (found === undefined) {
      throw new InvalidArgumentError(`"${word}" is none of them. Some of ${known.join(', ')} are expected.`);
    }
    return found;
  });
}

/** `NAME=FOLDER`, perhaps again. */
export function namedFolders(text: string, earlier: readonly NamedFolder[] | undefined): NamedFolder[] {
  const at = text.indexOf('=');
  const [name, folder] = [text.slice(0, at).trim(), text.slice(at + 1)];
  if (at < 1 || name === '' || folder === '') {
    throw new InvalidArgumentError('NAME=FOLDER is expected, such as ours=out/mattes.');
  }
  return [...(earlier ?? []), { name, folder }];
}

/** Distances in pixels by commas, ascending. */
export function distanceList(text: string): number[] {
  const distances = text.split(',').map((word) => wholeNumber(word.trim()));
  return [...new Set(distances)].sort((a, b) => a - b);
}
