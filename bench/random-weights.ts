import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../fixtures/random.js';
import { parameterShapes } from '../src/matting/networks/inventory.js';
import type { ModelOptions } from '../src/matting/networks/model.js';
import { networkModel } from '../src/matting/networks/registry.js';
import { writeSafetensors, type WeightTensor } from '../src/matting/weights/safetensors.js';

/** Layers of `dim` that read an unpooled map, three quarters of which are zeros. */
const AFTER_UNPOOLING = /decoder\.deconv[1-5]_1\.weight$/;

/**
 * Writes weights that nobody trained, for measuring what a model costs: normal with variance 2 / inputs that are not
 * always zero (He et al., ICCV 2015), so that signals keep their size through all layers; biases 0.
 *
 * @returns the file, a safetensors file that says which model it is for
 */
export async function writeRandomWeights(
  folder: string,
  model: string,
  options: ModelOptions = {},
): Promise<string> {
  const random = seededRandom(1);
  const tensors = new Map<string, WeightTensor>();
  for (const [name, shape] of parameterShapes(networkModel(model, options))) {
    const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
    if (shape.length === 4) {
      const inputs = (data.length / shape[0]!) * (AFTER_UNPOOLING.test(name) ? 0.25 : 1);
      const deviation = Math.sqrt(2 / inputs);
      for (let i = 0; i < data.length; i++) data[i] = deviation * random.bell();
    }
    tensors.set(name, { shape, data });
  }
  const file = join(folder, `random-${model}.safetensors`);
  await writeFile(file, writeSafetensors(tensors, { model, options: JSON.stringify(options) }));
  return file;
}
