import { scoreMatte } from '../../src/evaluation/metrics.js';
import type {
  Evaluation,
  Method,
  Picture,
  PictureResult,
  PictureScores,
} from '../../src/evaluation/results.js';

const [WIDTH, HEIGHT] = [320, 240];

/** A soft red disc on a green ground, with its exact alpha; `seed` moves it. */
export function madePicture(name: string, seed = 0): Picture {
  const truth = new Float32Array(WIDTH * HEIGHT);
  const samples = new Uint8Array(3 * truth.length);
  for (let i = 0; i < truth.length; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    const distance = Math.hypot(x - 150 - 12 * seed, y - 120);
    const alpha = Math.min(1, Math.max(0, (80 - distance) / 24));
    truth[i] = alpha;
    samples.set([200 * alpha, 140 * (1 - alpha), 40 + 20 * seed], 3 * i);
  }
  const trimap = Uint8Array.from(truth, (alpha) => (alpha === 0 ? 0 : alpha === 1 ? 255 : 128));
  return {
    name,
    image: {
      format: {
        width: WIDTH,
        height: HEIGHT,
        model: 'rgb',
        depth: 8,
        tags: { range: 'pc' },
        sampleAspect: { num: 1, den: 1 },
      },
      samples,
    },
    trimap,
    truth,
  };
}

/** A matte that is off by a power of alpha: the further from 1, the worse. */
export function gammaMethod(name: string, gamma: number, pictures: readonly Picture[]): Method {
  return {
    name,
    matte: (asked) => {
      const { truth } = pictures.find((picture) => picture.name === asked.name)!;
      return Promise.resolve(truth.map((alpha) => alpha ** gamma));
    },
  };
}

/** Scores of every method on every picture, and the mattes that were scored. */
export async function evaluate(
  pictures: readonly Picture[],
  methods: readonly Method[],
): Promise<{ evaluation: Evaluation; mattes: ReadonlyMap<string, ReadonlyMap<string, Float32Array>> }> {
  const mattes = new Map<string, Map<string, Float32Array>>();
  const results: PictureResult[] = [];
  for (const picture of pictures) {
    const { name, truth, trimap } = picture;
    const own = new Map<string, Float32Array>();
    const scores: Record<string, PictureScores> = {};
    for (const [i, method] of methods.entries()) {
      const alpha = await method.matte(picture);
      own.set(method.name, alpha);
      scores[method.name] = { ...scoreMatte(alpha, truth, trimap, WIDTH, HEIGHT), seconds: 1 + i };
    }
    mattes.set(name, own);
    const { unknownPixels } = Object.values(scores)[0]!;
    results.push({ name, width: WIDTH, height: HEIGHT, unknownPixels, methods: scores });
  }
  const keys = ['sad', 'mse', 'grad', 'conn', 'mad', 'seconds'] as const;
  const meanOf = (method: string, key: (typeof keys)[number]): number =>
    results.reduce((sum, { methods: scores }) => sum + scores[method]![key], 0) / results.length;
  const names = methods.map(({ name }) => name);
  const mean = Object.fromEntries(
    names.map((name) => [name, Object.fromEntries(keys.map((key) => [key, meanOf(name, key)]))]),
  ) as Evaluation['mean'];
  return { evaluation: { set: 'made', methods: names, mean, pictures: results, skipped: [] }, mattes };
}
