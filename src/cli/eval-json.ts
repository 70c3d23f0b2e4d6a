import type { Evaluation, MeanScores, PictureScores } from '../evaluation/results.js';
import type { Sweep } from '../evaluation/sweep.js';

interface MethodJson {
  readonly mean: MeanScores;
  readonly images: readonly (PictureScores & { readonly name: string })[];
}

/** `mean` and `images` are the first method's; `methods` has every method's, by name. */
export function evaluationJson(evaluation: Evaluation): MethodJson & {
  readonly set: string;
  readonly methods: Readonly<Record<string, MethodJson>>;
  readonly skipped: Evaluation['skipped'];
} {
  const { set, methods, skipped } = evaluation;
  const byName = Object.fromEntries(methods.map((name) => [name, methodJson(evaluation, name)]));
  return { ...byName[methods[0]!]!, set, methods: byName, skipped };
}

/** The same a distance. */
export function sweepJson({ set, methods, steps }: Sweep): object {
  return {
    set,
    distances: steps.map(({ distance }) => distance),
    methods: Object.fromEntries(
      methods.map((name) => [
        name,
        steps.map(({ distance, evaluation }) => ({ distance, ...methodJson(evaluation, name) })),
      ]),
    ),
    skipped: steps[0]?.evaluation.skipped ?? [],
  };
}

function methodJson({ mean, pictures }: Evaluation, method: string): MethodJson {
  return {
    mean: mean[method]!,
    images: pictures.map(({ name, width, height, methods }) => ({
      name,
      width,
      height,
      ...methods[method]!,
    })),
  };
}
