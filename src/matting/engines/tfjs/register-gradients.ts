import * as tf from '@tensorflow/tfjs-core';
import { ELEMENTWISE_GRADIENTS } from './elementwise-gradients.js';
import type { KernelGradient } from './gradient.js';
import { LAYER_GRADIENTS } from './layer-gradients.js';
import { SHAPE_GRADIENTS } from './shape-gradients.js';
import { registerWasmKernels } from './wasm-kernels.js';

/**
 * Installs the gradients of all kernels that networks and losses run. tfjs's core comes to Node without any; where its
 * whole package is loaded (TensorFlow for Node loads it), its own stay but for those of convolutions, which know no
 * dilation, and of resizing, which does not know where pixel centres are. May be called again.
 *
 * @param backend - tfjs's name of the backend that will train: `wasm`, `cpu`, `webgpu` or `tensorflow`
 */
export function registerTrainingGradients(backend: string): void {
  if (backend === 'wasm') registerWasmKernels();
  for (const gradient of [...ELEMENTWISE_GRADIENTS, ...SHAPE_GRADIENTS, ...LAYER_GRADIENTS]) {
    if (tf.getGradient(gradient.kernel) && !gradient.replacesBuiltIn) continue;
    tf.registerGradient(configuration(gradient));
  }
}

function configuration({ kernel, inputs, output, everyInput, by }: KernelGradient): tf.GradConfig {
  return {
    kernelName: kernel,
    inputsToSave: [...(inputs ?? [])],
    outputsToSave: output ? [true] : [],
    ...(everyInput && { saveAllInputs: true }),
    gradFunc: (dy, saved, attributes) => by(dy as tf.Tensor, saved, attributes),
  };
}
