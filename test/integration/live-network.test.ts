import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allocateFrame, viewPlanes, type IntegerFormat } from '../../src/core/frame.js';
import { rational } from '../../src/core/rational.js';
import { LiveMemory } from '../../src/live/live-memory.js';
import { networkModel } from '../../src/matting/networks/registry.js';
import { writeSafetensors } from '../../src/matting/weights/safetensors.js';
import { openTrimapNetwork } from '../../src/pipeline/trimap-network.js';
import { framePicture } from '../../src/pipeline/frame-picture.js';
import { StageClock } from '../../src/pipeline/stage-clock.js';
import { drawnScene } from '../support/drawn-scene.js';
import { madeWeights } from '../support/made-weights.js';

const FORMAT: IntegerFormat = {
  ...{ width: 96, height: 64, model: 'rgb', depth: 8, tags: {}, sampleAspect: rational(1) },
};
const PIXELS = FORMAT.width * FORMAT.height;
const RUN = { engine: 'onnx', device: 'cpu', threads: 1 } as const;

describe('live trimaps from a network', () => {
  let folder: string;
  let file: string;
  let memory: LiveMemory;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'matteflow-live-'));
    file = join(folder, 'made.safetensors');
    const tensors = madeWeights(networkModel('trimap-unet'), 3, new Map());
    await writeFile(file, writeSafetensors(tensors, { model: 'trimap-unet' }));
    memory = new LiveMemory(new StageClock(), new AbortController().signal);
  });
  afterAll(async () => {
    await memory.close();
    await rm(folder, { recursive: true });
  });

  it('are what the network says of each picture, its unknown wider by the band', async () => {
    await memory.openNetwork({ file, ...RUN });
    await memory.begin(FORMAT);
    const frame = allocateFrame(FORMAT, 0);
    const planes = viewPlanes(frame);
    const scene = drawnScene(FORMAT.width, FORMAT.height);
    scene.present = true;
    const interleaved = new Uint8Array(3 * PIXELS);
    scene.draw(interleaved, 0);
    for (let c = 0; c < 3; c++) planes.colour[c]!.set(interleaved.filter((_, i) => i % 3 === c));
    // From the first frame on: nothing has to be captured.
    expect(await memory.fillTrimap(frame)).toEqual({ ready: true, plateFrames: 0 });

    const network = await openTrimapNetwork(file, RUN);
    const [said, rgb] = [new Uint8Array(PIXELS), new Uint8Array(3 * PIXELS)];
    framePicture(rgb, frame, FORMAT);
    await network.run(said, rgb, FORMAT);
    await network.dispose();
    expect(new Set(said).size).toBeGreaterThan(1);
    let widened = 0;
    for (let i = 0; i < PIXELS; i++) {
      if (said[i] === planes.trimap[i]) continue;
      // Where it differs, it is by what is near.
      expect(planes.trimap[i]).toBe(128);
      expect(near(said, i)).toBe(true);
      widened += 1;
    }
    expect(widened).toBeGreaterThan(0);
  });

  it('come from no network that makes mattes', async () => {
    await expect(memory.openNetwork({ file: 'compact', ...RUN })).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
    });
  });
});

/** Whether a pixel has one that is not as it is within six pixels. */
function near(trimap: Uint8Array, i: number): boolean {
  const [x, y] = [i % FORMAT.width, Math.floor(i / FORMAT.width)];
  for (let j = 0; j < PIXELS; j++) {
    const away = Math.hypot((j % FORMAT.width) - x, Math.floor(j / FORMAT.width) - y);
    if (away <= 6 && trimap[j] !== trimap[i]) return true;
  }
  return false;
}
