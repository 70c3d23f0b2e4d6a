import * as tf from '@tensorflow/tfjs-core';
import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { TFJS_DEVICES, useBackend } from '../src/matting/engines/tfjs/backend.js';
import { convFilterGradient, convInputGradient } from '../src/matting/engines/tfjs/conv-gradient.js';
import { evenPadding } from '../src/matting/engines/tfjs/fused-conv.js';
import { registerTrainingGradients } from '../src/matting/engines/tfjs/register-gradients.js';
import { digits, spreadText } from './figures.js';
import { compareGradientThreads } from './gradient-threads.js';
import { interleave, ratio, spread } from './interleave.js';
import type { BenchResult, Table } from './result.js';
import { benchTraining, type BenchTraining } from './training-step.js';

/** Side in pixels, inputs, outputs, kernel: layers of `compact`, and of `dim`'s encoder and decoder. */
const LAYERS = [
  ['compact e1.1', 64, 32, 32, 3],
  ['compact b.0', 8, 128, 128, 3],
  ['compact d0', 128, 37, 16, 3],
  ['dim layer3', 32, 256, 256, 3],
  ['dim deconv2', 64, 64, 64, 5],
] as const;

/** What a training step costs with WebAssembly, and what its gradients cost against tfjs's own. */
export async function benchTrainingSteps(_folder: string, _: Ffmpeg, full: boolean): Promise<BenchResult> {
  return {
    tables: [
      await compareInputGradients(full ? 9 : 5),
      await compareBackends(full ? 3 : 1),
      await costOfSteps(full ? 9 : 5),
      await compareGradientThreads(full ? 9 : 5),
    ],
    notes: [
      'Seconds are the processor’s unless a column says otherwise. Training of `compact` on noise: forward, backward, clipping and Adam, one thread. Both stages together also take the Laplacian loss.',
    ],
  };
}

async function open(device: string): Promise<string> {
  const { backend } = await TFJS_DEVICES.get(device)!();
  registerTrainingGradients(backend);
  return backend;
}

/** Of the processor, all threads of this process: what others do on the machine does not count. */
function seconds(run: () => void): Promise<number> {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return Promise.resolve((user + system) / 1e6);
}

async function compareInputGradients(rounds: number): Promise<Table> {
  await useBackend(await open('cpu'));
  const rows: string[][] = [];
  for (const [name, side, inputs, outputs, kernel] of LAYERS) {
    const x = tf.randomNormal<tf.Rank.R4>([1, side, side, inputs]);
    const dy = tf.randomNormal<tf.Rank.R4>([1, side, side, outputs]);
    const filter = tf.randomNormal<tf.Rank.R4>([kernel, kernel, inputs, outputs]);
    const pad = evenPadding((kernel - 1) / 2);
    const geometry = { pad, stride: 1, dilation: 1 };
    const timed = (run: () => tf.Tensor) => (): Promise<number> => seconds(() => run().dispose());
    const builtIn = (): tf.Tensor =>
      tf
        .engine()
        .runKernel(
          tf.Conv2DBackpropInput,
          { dy, filter },
          { strides: 1, pad, dataFormat: 'NHWC', inputShape: x.shape },
        );
    const runs = await interleave(
      {
        forward: timed(() => tf.conv2d(x, filter, 1, pad)),
        input: timed(() => convInputGradient(dy, filter, [side, side], geometry)),
        builtIn: timed(builtIn),
        filter: timed(() => convFilterGradient(x, dy, [kernel, kernel], geometry)),
      },
      { rounds },
    );
    tf.dispose([x, dy, filter]);
    rows.push([
      `${name}: ${side}×${side}, ${inputs} → ${outputs}, ${kernel}×${kernel}`,
      digits(1000 * spread(runs.forward).median),
      spreadText(ratio(runs.input, runs.forward)),
      spreadText(ratio(runs.filter, runs.forward)),
      spreadText(ratio(runs.builtIn, runs.input)),
    ]);
  }
  return {
    title: `Gradients of one convolution on WebAssembly, one picture, ${rounds} rounds`,
    columns: ['layer', 'forward, ms', 'by input', 'by filter', "tfjs's by input, times ours"],
    rows,
  };
}

async function compareBackends(rounds: number): Promise<Table> {
  const trainings = new Map<string, BenchTraining>();
  for (const device of ['cpu', 'js']) {
    const backend = await open(device);
    await useBackend(backend);
    trainings.set(backend, benchTraining(128, 1, 1));
  }
  // A step in plain JavaScript takes half a minute: only the other's compilers are warmed up.
  await useBackend('wasm');
  trainings.get('wasm')!.step();
  const timed = (backend: string) => async (): Promise<number> => {
    await useBackend(backend);
    return seconds(() => trainings.get(backend)!.step());
  };
  const runs = await interleave({ wasm: timed('wasm'), cpu: timed('cpu') }, { rounds, warmUps: 0 });
  for (const [backend, training] of trainings) {
    await useBackend(backend);
    training.dispose();
  }
  const row = (name: 'wasm' | 'cpu'): string[] => [
    name,
    digits(spread(runs[name]).median),
    spreadText(ratio(runs[name], runs.wasm)),
  ];
  return {
    title: `A step of stage 1, 128×128, one sample, ${rounds} rounds`,
    columns: ['tfjs backend', 'seconds', 'times wasm'],
    rows: [row('wasm'), row('cpu')],
  };
}

async function costOfSteps(rounds: number): Promise<Table> {
  await useBackend(await open('cpu'));
  const rows: string[][] = [];
  for (const [side, batch, stages] of [
    [128, 2, 1],
    [192, 1, 1],
    [192, 1, 2],
  ] as const) {
    const training = benchTraining(side, batch, stages);
    const { step } = await interleave({ step: () => seconds(() => training.step()) }, { rounds });
    training.dispose();
    const { median } = spread(step);
    rows.push([`${side}×${side}`, `${batch}`, `${stages}`, digits(1000 * median), digits(batch / median)]);
  }
  return {
    title: `A step on WebAssembly, ${rounds} rounds`,
    columns: ['crop', 'samples', 'stages', 'ms a step', 'samples a second'],
    rows,
  };
}
