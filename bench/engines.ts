import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { chooseEngine } from '../src/matting/engines/choose.js';
import { listDevices } from '../src/matting/engines/list-devices.js';
import type { DeviceReport, Session } from '../src/matting/engines/engine.js';
import type { NetworkModel, Stage } from '../src/matting/networks/model.js';
import { loadModel, type LoadedModel } from '../src/matting/weights/load.js';
import { digits, spreadText } from './figures.js';
import { noiseBatch } from './made-batch.js';
import { interleave, ratio, spread } from './interleave.js';
import { writeRandomWeights } from './random-weights.js';
import type { Chart } from '../src/evaluation/chart.js';
import type { BenchResult, Table } from './result.js';

/** What every other engine is measured against: it is everywhere. */
const BASE = 'onnx cpu';
const PLAIN_JAVASCRIPT = 'js';
/** Drivers that compute on the processor what a GPU would. */
const SOFTWARE_GPU = /swiftshader|lavapipe|llvmpipe|lvp_icd|software/i;

type StageSeconds = Readonly<Record<Stage, number>>;

/** Every engine on every device this machine has, one model and input at a time, taking turns. */
export async function benchEngines(folder: string, _: Ffmpeg, full: boolean): Promise<BenchResult> {
  const found = (await listDevices()).filter((report) => report.found && !isSoftwareGpu(report));
  const results = [
    await compare(found, await loadModel('compact'), full ? 256 : 128, full ? 5 : 3),
    await compare(
      found.filter(({ device }) => device !== PLAIN_JAVASCRIPT),
      await loadModel(await writeRandomWeights(folder, 'dim')),
      full ? 320 : 96,
      full ? 5 : 3,
    ),
  ];
  return {
    tables: results.map(({ table }) => table),
    charts: results.map(({ chart }) => chart),
    notes: [
      `Times of both stages, ${BASE} = 1. Software drivers that imitate a GPU are left out, and plain JavaScript, which is for checking other engines, where it would take minutes.`,
    ],
  };
}

async function compare(
  devices: readonly DeviceReport[],
  model: LoadedModel,
  side: number,
  rounds: number,
): Promise<{ table: Table; chart: Chart }> {
  const sessions = new Map<string, Session>();
  try {
    for (const { engine: name, device } of devices) {
      const engine = await chooseEngine({ engine: name, device });
      sessions.set(`${name} ${device}`, await engine.load(model));
    }
    const variants = Object.fromEntries(
      [...sessions].map(([name, session]) => [name, () => eachStage(session, model.network, side)]),
    );
    const runs = await interleave(variants, { rounds });
    const total = (name: string): number[] => runs[name]!.map(({ stage1, stage2 }) => stage1 + stage2);
    const ofStage = (name: string, stage: Stage): number =>
      spread(runs[name]!.map((seconds) => seconds[stage])).median;
    const nanoseconds = (seconds: number): number => (1e9 * seconds) / side ** 2;
    const rows = [...sessions.keys()].map((name) => [
      name,
      ...(['stage1', 'stage2'] as const).flatMap((stage) => [
        digits(1000 * ofStage(name, stage)),
        digits(nanoseconds(ofStage(name, stage))),
      ]),
      spreadText(ratio(total(name), total(BASE))),
    ]);
    return {
      table: {
        title: `\`${model.network.name}\`, ${side}×${side}, ${rounds} rounds`,
        columns: [
          ...['engine and device', 'stage 1, ms', 'ns a pixel', 'stage 2, ms', 'ns a pixel'],
          `times ${BASE}`,
        ],
        rows,
      },
      chart: {
        name: `engines-${model.network.name}`,
        title: `${model.network.name}: nanoseconds a pixel (lower is better)`,
        kind: 'bars',
        x: { name: 'engine and device' },
        y: { name: 'ns a pixel', scale: 'log' },
        series: (['stage1', 'stage2'] as const).map((stage) => ({
          name: stage,
          points: [...sessions.keys()].map((name) => [name, nanoseconds(ofStage(name, stage))]),
        })),
      },
    };
  } finally {
    for (const session of sessions.values()) await session.dispose();
  }
}

/** One run of both stages. */
async function eachStage(session: Session, network: NetworkModel, side: number): Promise<StageSeconds> {
  const timed = async (stage: Stage): Promise<number> => {
    const batch = noiseBatch(network, stage, { width: side, height: side });
    const start = performance.now();
    await session.run(stage, batch);
    return (performance.now() - start) / 1000;
  };
  return { stage1: await timed('stage1'), stage2: await timed('stage2') };
}

/** By the device's own words, or by the drivers the Vulkan loader was told to use. */
function isSoftwareGpu({ device, detail }: DeviceReport): boolean {
  const { VK_ICD_FILENAMES = '', VK_DRIVER_FILES = '' } = process.env;
  return device === 'webgpu' && SOFTWARE_GPU.test([detail, VK_ICD_FILENAMES, VK_DRIVER_FILES].join(' '));
}
