import { MatteflowError } from '../core/errors.js';
import { automaticDevice } from '../matting/engines/automatic-device.js';
import { TFJS_DEVICES, useBackend } from '../matting/engines/tfjs/backend.js';
import { registerTrainingGradients } from '../matting/engines/tfjs/register-gradients.js';

/**
 * Opens a device of tfjs, makes it this thread's backend, and installs the gradients that training needs.
 *
 * @param wanted - `auto`, the GPU if there is one; or `cpu` (WebAssembly), `webgpu`, `tfjs-node`, `cuda`, `js`
 * @returns the device that was opened
 * @throws `ENGINE_UNAVAILABLE`
 */
export async function openTrainingDevice(wanted: string): Promise<string> {
  const device = wanted === 'auto' ? (await automaticDevice()).device : wanted;
  const open = TFJS_DEVICES.get(device);
  if (!open) {
    throw new MatteflowError('ENGINE_UNAVAILABLE', {
      what: `there is no device "${device}" to train on`,
      expected: `auto, ${[...TFJS_DEVICES.keys()].join(', ')}`,
    });
  }
  const { backend } = await open();
  await useBackend(backend);
  registerTrainingGradients(backend);
  return device;
}
